/** An issue as people call it: `#42`, and by its key where it has one (`ENG-42`). */
export const issueName = (id: string): string => (/^\d+$/.test(id) ? `#${id}` : id);
