CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`subject` text NOT NULL,
	`via` text NOT NULL,
	`action` text NOT NULL,
	`session` text,
	`detail` text NOT NULL,
	`allowed` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `counters` (
	`prefix` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `episodes` (
	`session` text NOT NULL,
	`key` text NOT NULL,
	`open` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`session`, `key`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`session` text,
	`project` text,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`text` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_session` ON `events` (`session`,`seq`);--> statement-breakpoint
CREATE INDEX `events_type` ON `events` (`type`,`at`);--> statement-breakpoint
CREATE TABLE `facts` (
	`session` text NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`session`, `kind`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `identities` (
	`subject` text PRIMARY KEY NOT NULL,
	`login` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `inbound` (
	`platform` text NOT NULL,
	`delivery` text NOT NULL,
	`at` integer NOT NULL,
	`reply` text,
	PRIMARY KEY(`platform`, `delivery`)
);
--> statement-breakpoint
CREATE INDEX `inbound_at` ON `inbound` (`at`);--> statement-breakpoint
CREATE TABLE `kv` (
	`namespace` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`namespace`, `key`)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`lane` text NOT NULL,
	`session` text,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`in_doubt` integer NOT NULL,
	`again` integer NOT NULL,
	`next_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`result` text,
	`error` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_key` ON `outbox` (`key`);--> statement-breakpoint
CREATE INDEX `outbox_state` ON `outbox` (`state`,`next_at`);--> statement-breakpoint
CREATE INDEX `outbox_session` ON `outbox` (`session`,`state`);--> statement-breakpoint
CREATE TABLE `pull_requests` (
	`session` text NOT NULL,
	`key` text NOT NULL,
	`number` integer NOT NULL,
	`state` text NOT NULL,
	`head_sha` text NOT NULL,
	`at` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`session`, `key`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `pull_requests_key` ON `pull_requests` (`key`);--> statement-breakpoint
CREATE TABLE `requests` (
	`session` text NOT NULL,
	`id` text NOT NULL,
	`open` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`session`, `id`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sequence` (
	`id` integer PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`stage` text NOT NULL,
	`issue` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`version` integer NOT NULL,
	`data` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_project` ON `sessions` (`project`,`stage`);--> statement-breakpoint
CREATE INDEX `sessions_version` ON `sessions` (`version`);--> statement-breakpoint
CREATE INDEX `sessions_issue` ON `sessions` (`project`,`issue`);--> statement-breakpoint
CREATE TABLE `steers` (
	`session` text NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`session`, `id`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `threads` (
	`session` text NOT NULL,
	`platform` text NOT NULL,
	`channel` text NOT NULL,
	`thread` text,
	`root` text,
	`card_hash` text,
	PRIMARY KEY(`session`, `platform`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `threads_thread` ON `threads` (`platform`,`channel`,`thread`);--> statement-breakpoint
CREATE TABLE `timers` (
	`session` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`due_at` integer NOT NULL,
	PRIMARY KEY(`session`, `kind`, `key`),
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `timers_due` ON `timers` (`due_at`);--> statement-breakpoint
CREATE TABLE `usage` (
	`session` text NOT NULL,
	`day` text NOT NULL,
	`model` text NOT NULL,
	`project` text NOT NULL,
	`agent` text NOT NULL,
	`issue` text,
	`starter` text NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`usd` real,
	PRIMARY KEY(`session`, `day`, `model`)
);
--> statement-breakpoint
CREATE INDEX `usage_day` ON `usage` (`day`);--> statement-breakpoint
CREATE TABLE `web_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`channel` text NOT NULL,
	`thread` text,
	`session` text,
	`key` text,
	`at` integer NOT NULL,
	`data` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `web_messages_key` ON `web_messages` (`key`);--> statement-breakpoint
CREATE INDEX `web_messages_thread` ON `web_messages` (`thread`,`at`);--> statement-breakpoint
CREATE INDEX `web_messages_channel` ON `web_messages` (`channel`,`at`);--> statement-breakpoint
CREATE INDEX `web_messages_seq` ON `web_messages` (`seq`);