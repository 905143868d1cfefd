ALTER TABLE `sessions` ADD `runtime` text GENERATED ALWAYS AS (json_extract(data, '$.place.runtime')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `workspace` text GENERATED ALWAYS AS (json_extract(data, '$.place.workspace')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `place` text GENERATED ALWAYS AS (json_extract(data, '$.place.at')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `sessions_runtime` ON `sessions` (`runtime`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_workspace` ON `sessions` (`project`,`workspace`);