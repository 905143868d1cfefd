import { trackerContract } from '../contract/tracker.ts';
import { createFakeTracker } from './fake-tracker.ts';

trackerContract('fake', () => ({ tracker: createFakeTracker(), close: () => undefined }));
