DROP TABLE `identities`;--> statement-breakpoint
CREATE TABLE `identities` (
	`subject` text NOT NULL,
	`forge` text NOT NULL,
	`login` text NOT NULL,
	`at` integer NOT NULL,
	`proof` text NOT NULL,
	PRIMARY KEY(`subject`, `forge`)
);
