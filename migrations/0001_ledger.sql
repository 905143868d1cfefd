PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_usage` (
	`session` text NOT NULL,
	`day` text NOT NULL,
	`model` text NOT NULL,
	`agent` text NOT NULL,
	`project` text NOT NULL,
	`issue` text,
	`pr` text,
	`starter` text NOT NULL,
	`starter_name` text,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`unpriced_tokens` integer DEFAULT 0 NOT NULL,
	`usd` real,
	PRIMARY KEY(`session`, `day`, `model`, `agent`)
);
--> statement-breakpoint
INSERT INTO `__new_usage`("session", "day", "model", "agent", "project", "issue", "pr", "starter", "starter_name", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "unpriced_tokens", "usd") SELECT "session", "day", "model", "agent", "project", "issue", NULL, "starter", NULL, "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", CASE WHEN "usd" IS NULL THEN "input_tokens" + "output_tokens" + "cache_read_tokens" + "cache_write_tokens" ELSE 0 END, "usd" FROM `usage`;--> statement-breakpoint
DROP TABLE `usage`;--> statement-breakpoint
ALTER TABLE `__new_usage` RENAME TO `usage`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `usage_day` ON `usage` (`day`);