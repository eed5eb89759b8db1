import { also, anything, dto, free, list, text } from './kit.ts';

export const DigitalObjectLink = dto('DigitalObjectLink', {
  linkName: text('What the link is called.'),
  linkType: text('CUSTOMER, DEVICE, CONTACT, PHONE or EMAIL.'),
  linkValue: text('Id, address or number of the person.'),
});

export const DigitalObjectDto = dto('DigitalObjectDto', {
  data: free('Merged into what is known; null takes a key away.'),
  id: text("Id of the object in the business's own system."),
  links: list(DigitalObjectLink, 'Whom the object belongs to.'),
  type: text('Kind of object; CUSTOMER when absent.'),
});

export const DigitalEventDto = dto('DigitalEventDto', {
  eventName: text('What happened.'),
  id: text('The same id twice is the same event.'),
  links: list(DigitalObjectLink, 'Who did it.'),
  /** Decision D68. */
  data: also(anything('Details, kept as they are.')),
});
