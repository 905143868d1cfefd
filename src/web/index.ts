export { createWebChat, type WebChat, type WebChatParts } from './web-chat.ts';
