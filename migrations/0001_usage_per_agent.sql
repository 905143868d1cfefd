PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_usage` (
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
	PRIMARY KEY(`session`, `day`, `agent`, `model`)
);
--> statement-breakpoint
INSERT INTO `__new_usage`("session", "day", "model", "project", "agent", "issue", "starter", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "usd") SELECT "session", "day", "model", "project", "agent", "issue", "starter", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "usd" FROM `usage`;--> statement-breakpoint
DROP TABLE `usage`;--> statement-breakpoint
ALTER TABLE `__new_usage` RENAME TO `usage`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `usage_day` ON `usage` (`day`);