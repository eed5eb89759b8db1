/** Signs that people use in conversations, each with the words by which it is found. */
const groups: [id: string, signs: string][] = [
  [
    'smileys',
    '😀 smile happy|😃 grin happy|😄 laugh happy|😁 beam|😅 sweat relief|😂 joy tears laugh|🤣 rofl laugh|🙂 slight smile|😉 wink|😊 blush smile|😇 angel|🥰 love hearts|😍 love eyes|😘 kiss|😋 yum|😎 cool sunglasses|🤩 star struck|🥳 party|🙃 upside down|😏 smirk|😌 relieved|😔 sad pensive|😢 cry sad|😭 sob cry|😤 huff|😠 angry|😡 rage angry|🤔 think|🤗 hug|🤝 handshake deal|😴 sleep|🤒 sick ill|🤕 hurt|🥺 plead please|😬 grimace|🙄 eyes roll|😱 scream shock|😳 flushed|🤯 mind blown|😶 silent|🫡 salute|🫠 melt',
  ],
  [
    'hands',
    '👍 thumbs up yes ok|👎 thumbs down no|👏 clap bravo|🙏 thanks please pray|🙌 hooray hands|👋 wave hello bye|👌 ok perfect|✌️ peace victory|🤞 fingers crossed luck|💪 strong muscle|👇 down point|👆 up point|👉 right point|👈 left point|✋ stop hand|🫶 heart hands|🤲 palms|✍️ write|👀 eyes look|🧠 brain|💁 info|🙋 raise hand|🤷 shrug|🤦 facepalm|👨‍💻 developer|👩‍💼 office|🧑‍🔧 mechanic',
  ],
  [
    'hearts',
    '❤️ heart love red|🧡 heart orange|💛 heart yellow|💚 heart green|💙 heart blue|💜 heart purple|🖤 heart black|🤍 heart white|💔 broken heart|💖 sparkling heart|💐 flowers bouquet|🌹 rose flower|🌸 blossom flower|✨ sparkles|⭐ star|🌟 glowing star|🔥 fire hot|💯 hundred perfect|🎉 party tada congratulations|🎊 confetti|🎁 gift present|🎂 cake birthday|🎈 balloon|🏆 trophy win',
  ],
  [
    'things',
    '📞 phone call|📱 mobile phone|💬 message speech|✉️ mail letter|📧 email|📎 clip attach|📄 document page|🧾 receipt bill|📦 package parcel|🚚 delivery truck|🛵 scooter delivery|✈️ plane flight|🏠 home house|🏥 hospital|🏢 office building|🏦 bank|🛒 cart shop|🛍️ bags shop|💳 card pay|💰 money|💵 cash money|🧮 count|📅 calendar date|⏰ alarm clock time|⏳ wait hourglass|📍 location pin|🗺️ map|🔑 key|🔒 lock secure|🔓 unlock|🔧 tool repair|🛠️ tools repair|💡 idea light|🔔 bell notify|📢 announce|📸 photo camera|🎥 video|🎤 voice mic|🎧 headphones|💻 laptop|🖨️ printer|🔋 battery|🔌 plug|📶 signal|☕ coffee|🍵 tea|🍽️ dinner food|🍕 pizza|🥗 salad|🍎 apple',
  ],
  [
    'signs',
    '✅ check done yes|☑️ check box|❌ cross no wrong|❗ exclamation important|❓ question|⚠️ warning|🚫 forbidden no|ℹ️ info|🆗 ok|🆕 new|🔄 repeat again|➡️ right arrow|⬅️ left arrow|⬆️ up arrow|⬇️ down arrow|1️⃣ one|2️⃣ two|3️⃣ three|4️⃣ four|5️⃣ five|🔴 red|🟠 orange|🟡 yellow|🟢 green|🔵 blue|⚪ white|⚫ black|🌙 moon ramadan|☀️ sun|🌧️ rain|❄️ snow|🌍 world|🇸🇦 saudi flag|🇦🇪 emirates flag|🇪🇬 egypt flag|🇮🇳 india flag|🇯🇴 jordan flag|🇰🇼 kuwait flag|🇶🇦 qatar flag|🇧🇭 bahrain flag|🇴🇲 oman flag|🇬🇧 britain flag|🇺🇸 america flag|🇪🇺 europe flag',
  ],
];

export interface EmojiSign {
  sign: string;
  words: string;
  group: string;
}

export const emoji: EmojiSign[] = groups.flatMap(([group, signs]) =>
  signs.split('|').map((one) => {
    const [sign = '', ...words] = one.split(' ');
    return { sign, words: words.join(' '), group };
  }),
);
