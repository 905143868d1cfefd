CREATE TABLE `session_words` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`session` text NOT NULL,
	`words` text NOT NULL,
	FOREIGN KEY (`session`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_words_session_unique` ON `session_words` (`session`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `worktree` text GENERATED ALWAYS AS (json_extract(data, '$.workspace.state')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `sessions_any_issue` ON `sessions` (`issue`);--> statement-breakpoint
CREATE INDEX `sessions_cause` ON `sessions` (`cause`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_removing` ON `sessions` (`worktree`,`ended_at`);--> statement-breakpoint
CREATE INDEX `pull_requests_number` ON `pull_requests` (`number`);--> statement-breakpoint
CREATE VIRTUAL TABLE `session_search` USING fts5(`words`, content='session_words', content_rowid='id', tokenize='trigram');--> statement-breakpoint
CREATE TRIGGER `session_words_added` AFTER INSERT ON `session_words` BEGIN
  INSERT INTO `session_search` (`rowid`, `words`) VALUES (new.`id`, new.`words`);
END;--> statement-breakpoint
CREATE TRIGGER `session_words_removed` AFTER DELETE ON `session_words` BEGIN
  INSERT INTO `session_search` (`session_search`, `rowid`, `words`) VALUES ('delete', old.`id`, old.`words`);
END;--> statement-breakpoint
CREATE TRIGGER `session_words_changed` AFTER UPDATE ON `session_words` BEGIN
  INSERT INTO `session_search` (`session_search`, `rowid`, `words`) VALUES ('delete', old.`id`, old.`words`);
  INSERT INTO `session_search` (`rowid`, `words`) VALUES (new.`id`, new.`words`);
END;--> statement-breakpoint
INSERT INTO `session_words` (`session`, `words`)
SELECT s.`id`, s.`id` || char(10) || coalesce(s.`branch`, '')
  || char(10) || coalesce(json_extract(s.`data`, '$.task.title'), '')
  || char(10) || coalesce(json_extract(s.`data`, '$.task.text'), '')
  || char(10) || coalesce((SELECT json_extract(f.`data`, '$.title') FROM `facts` f WHERE f.`session` = s.`id` AND f.`kind` = 'issue'), '')
  || char(10) || coalesce((SELECT group_concat(json_extract(p.`data`, '$.title'), char(10)) FROM `pull_requests` p WHERE p.`session` = s.`id`), '')
FROM `sessions` s WHERE s.`ended_at` IS NOT NULL;
