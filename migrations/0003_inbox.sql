CREATE TABLE `inbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`delivery` text NOT NULL,
	`lane` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`done_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_delivery` ON `inbox` (`platform`,`delivery`);--> statement-breakpoint
CREATE INDEX `inbox_waiting` ON `inbox` (`done_at`,`platform`);