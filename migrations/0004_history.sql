ALTER TABLE `sessions` ADD `branch` text GENERATED ALWAYS AS (json_extract(data, '$.branch')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `owner` text GENERATED ALWAYS AS (json_extract(data, '$.owner.subject')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `parent` text GENERATED ALWAYS AS (json_extract(data, '$.parent')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `role` text GENERATED ALWAYS AS (json_extract(data, '$.role')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `cause` text GENERATED ALWAYS AS (json_extract(data, '$.ended.cause')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `admitted_at` integer GENERATED ALWAYS AS (json_extract(data, '$.admittedAt')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_project_ended` ON `sessions` (`project`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_branch` ON `sessions` (`project`,`branch`);--> statement-breakpoint
CREATE INDEX `sessions_created` ON `sessions` (`created_at`);--> statement-breakpoint
CREATE INDEX `sessions_owner` ON `sessions` (`owner`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_parent` ON `sessions` (`parent`);--> statement-breakpoint
CREATE INDEX `sessions_admitted` ON `sessions` (`admitted_at`);--> statement-breakpoint
CREATE INDEX `sessions_project_admitted` ON `sessions` (`project`,`admitted_at`);--> statement-breakpoint
ALTER TABLE `steers` ADD `source` text GENERATED ALWAYS AS (json_extract(data, '$.source.message')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `steers_source` ON `steers` (`source`);--> statement-breakpoint
CREATE INDEX `outbox_finished` ON `outbox` (`finished_at`);--> statement-breakpoint
CREATE INDEX `usage_unpriced` ON `usage` (`unpriced_tokens`) WHERE "usage"."usd" is null;