import { testChat } from '../../../test/contract/chat.ts';
import { openSlackDriver } from '../../../test/fakes/slack/slack-driver.ts';

testChat('slack over Socket Mode', () => openSlackDriver());
testChat('slack over HTTP', () => openSlackDriver({ mode: 'http' }));
