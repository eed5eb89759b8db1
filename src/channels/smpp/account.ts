import { type Static, Type } from 'typebox';
import { advanced, perSecond, when } from '../settings.ts';
import { consentSettings, smsOnUnknown } from '../sms.ts';

const octet = (title: string, description: string) =>
  Type.Optional(Type.Integer({ title, description, minimum: 0, maximum: 255 }));

/** What an operator sets on a connection to an SMSC. */
export const account = Type.Object({
  host: Type.String({
    title: 'Host',
    description: 'Name or address of the SMSC.',
    pattern: '^[A-Za-z0-9._:-]{1,253}$',
  }),
  port: Type.Integer({
    title: 'Port',
    description: 'Of the SMSC.',
    default: 2775,
    minimum: 1,
    maximum: 65_535,
  }),
  tls: Type.Boolean({ title: 'TLS', description: 'The connection begins with TLS.', default: false }),
  ...when(
    { tls: [true] },
    {
      ca: Type.Optional(
        Type.String({
          title: 'Authority',
          description:
            'PEM of the authority that the certificate of the SMSC comes from, where it is none of the usual ones.',
          lines: true,
          maxLength: 65_536,
          pattern: '^\\s*-----BEGIN CERTIFICATE-----',
        }),
      ),
      servername: Type.Optional(
        Type.String({
          title: 'Name in the certificate',
          description: 'Where it is not the host.',
          pattern: '^[A-Za-z0-9.-]{1,253}$',
        }),
      ),
    },
  ),
  systemId: Type.String({
    title: 'System ID',
    description: 'By which the SMSC knows us.',
    pattern: '^[\\x21-\\x7e]{1,15}$',
  }),
  password: Type.String({
    title: 'Password',
    description: 'Belongs to the system ID; SMPP has room for 8 characters, some providers take more.',
    secret: true,
    pattern: '^[\\x20-\\x7e]{1,64}$',
  }),
  ...advanced({
    systemType: Type.String({
      title: 'System type',
      description: 'Where the provider names one.',
      default: '',
      pattern: '^[\\x20-\\x7e]{0,12}$',
    }),
    bind: Type.Enum(['auto', 'transceiver', 'pair'], {
      title: 'Kind of bind',
      description: 'Transceiver; a pair of transmitter and receiver; or the pair where the other is refused.',
      default: 'auto',
    }),
    binds: Type.Integer({
      title: 'Binds',
      description: 'How many are kept open by each process that sends.',
      default: 1,
      minimum: 1,
      maximum: 8,
    }),
    window: Type.Integer({
      title: 'Window',
      description: 'Segments that may be without an answer at a time, on each bind.',
      default: 10,
      minimum: 1,
      maximum: 1000,
    }),
    bindPerSecond: Type.Optional(
      Type.Number({
        title: 'Segments a second',
        description: 'How many go out a second at most, on each bind; 10 when empty.',
        exclusiveMinimum: 0,
        maximum: 10_000,
      }),
    ),
  }),
  sender: Type.Optional(
    Type.String({
      title: 'Sender',
      description: 'Number, short code or name that messages come from; the lane when empty.',
      pattern: '^(\\+?\\d{3,20}|[\\x20-\\x7e]{1,11})$',
    }),
  ),
  ...advanced({
    sourceTon: octet(
      'Source TON',
      'Type of number of the sender; by its form when empty: 1, 3 for short codes, 5 for names.',
    ),
    sourceNpi: octet(
      'Source NPI',
      'Numbering plan of the sender; by its form when empty: 1 for numbers, else 0.',
    ),
    destinationTon: octet('Destination TON', 'Type of number of recipients; 1 when empty.'),
    destinationNpi: octet('Destination NPI', 'Numbering plan of recipients; 1 when empty.'),
    serviceType: Type.String({
      title: 'Service type',
      description: 'Where the provider names one.',
      default: '',
      pattern: '^[\\x20-\\x7e]{0,5}$',
    }),
    encoding: Type.Enum(['gsm7', 'latin1'], {
      title: 'Plain encoding',
      description:
        'What the SMSC takes plain texts in: GSM-7 unpacked (data coding 0), or Latin-1 (3). Others go as UCS-2.',
      default: 'gsm7',
    }),
    concatenation: Type.Enum(['udh', 'sar', 'payload'], {
      title: 'Long texts',
      description:
        'In segments with a user data header, in segments with SAR parameters, or whole in message_payload.',
      default: 'udh',
    }),
    maxSegments: Type.Integer({
      title: 'Most segments',
      description: 'A text of more segments is refused rather than paid for.',
      default: 10,
      minimum: 1,
      maximum: 255,
    }),
    receiptIds: Type.Enum(['auto', 'same', 'decimal', 'hex'], {
      title: 'Ids in receipts',
      description:
        'As in answers; decimal where answers are hexadecimal; hexadecimal where answers are decimal; or found out by itself.',
      default: 'auto',
    }),
    inboundIds: Type.String({
      title: 'Ids of incoming messages',
      description:
        'By what a message of a person is known that the SMSC tells twice: auto, none, or the tag of the parameter in which your provider tells its id, such as 0x1502.',
      default: 'auto',
      pattern: '^(auto|none|0x[0-9a-fA-F]{4})$',
    }),
    validityHours: Type.Integer({
      title: 'Validity',
      description: 'Hours that the SMSC tries to deliver.',
      default: 24,
      minimum: 1,
      maximum: 720,
    }),
    vendorErrors: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^0x4[0-9a-fA-F]{2}$' }),
        Type.String({ pattern: '^[A-Z_]{2,30}$' }),
        {
          title: 'Errors of the provider',
          description: 'What its own codes from 0x400 to 0x4FF mean, such as {"0x401": "INVALID_RECIPIENT"}.',
        },
      ),
    ),
  }),
  perSecond: perSecond(
    'When empty, what the binds of one process may together, where segments a second are set; else no limit beside ' +
      'that of each bind.',
  ),
  onUnknown: smsOnUnknown,
  ...consentSettings,
});

export type Account = Static<typeof account>;

/**
 * What a provider grants is for the account: with as many binds as are set, at so much each, however many processes
 * keep binds. Undefined where nothing is set: then each bind has its own limit alone.
 */
export function perSecondOf({ binds = 1, bindPerSecond }: Partial<Account>): number | undefined {
  return bindPerSecond === undefined ? undefined : binds * bindPerSecond;
}
