/** The part of the page API that this page uses; before the script has come, `push` keeps what is asked. */
interface PageApi {
  push(...commands: [string, ...unknown[]][]): unknown;
}

const page = window as unknown as { parley?: PageApi };
const chat = (...command: [string, ...unknown[]]) => {
  page.parley ??= [] as unknown as PageApi;
  page.parley.push(command);
};

const words: Record<string, Record<string, string>> = {
  ar: {
    shop: 'قهوة الزاوية',
    title: 'قهوة من أقرب زاوية',
    lead: 'نحمّصها يوم الثلاثاء وتصلك يوم الخميس. اسألنا عن أي شيء.',
    ask: 'اسألنا',
    first: 'الصباح، 250 غ',
    second: 'الحديقة، 250 غ',
    third: 'كوب لها',
  },
  hi: {
    shop: 'कॉर्नर कॉफ़ी',
    title: 'पास ही की कॉफ़ी',
    lead: 'मंगलवार को भुनी, गुरुवार को आपके पास। हमसे कुछ भी पूछें।',
    ask: 'हमसे पूछें',
    first: 'सुबह, 250 ग्राम',
    second: 'बाग़, 250 ग्राम',
    third: 'इसके लिए प्याला',
  },
  en: {},
};
const spoken = [...document.querySelectorAll<HTMLElement>('[data-words]')];
for (const element of spoken) words.en![element.dataset.words!] = element.textContent;

const buttons = [...document.querySelectorAll<HTMLButtonElement>('#languages button')];
for (const button of buttons) {
  button.addEventListener('click', () => {
    const { lang } = button;
    document.documentElement.lang = lang;
    document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
    for (const element of spoken) element.textContent = words[lang]![element.dataset.words!] ?? '';
    for (const one of buttons) one.ariaPressed = String(one === button);
    chat('setLanguage', lang);
  });
}

document.getElementById('ask')!.addEventListener('click', () => chat('open'));

const commands = `export PARLEY_URL=${location.origin}
export PARLEY_API_KEY=parley_…

# Who wrote last?
CONTACT=$(curl -s "$PARLEY_URL/api/v1/sessions?open=true&limit=1" -H "x-api-key: $PARLEY_API_KEY" \\
  | sed 's/.*"contactId":"\\([^"]*\\)".*/\\1/')

# Answer, with a button.
curl -s $PARLEY_URL/api/v1/messages -H "x-api-key: $PARLEY_API_KEY" -d '{
  "to": { "contactId": "'$CONTACT'" },
  "content": { "text": "Welcome! Whole beans or ground?",
    "buttons": [{ "label": "Beans" }, { "label": "Ground" }] } }'`;
document.getElementById('commands')!.textContent = commands;
document.getElementById('copy')!.addEventListener('click', async () => {
  const copied = document.getElementById('copied')!;
  try {
    await navigator.clipboard.writeText(commands);
    copied.textContent = ' Copied.';
  } catch {
    copied.textContent = ' Mark them and copy them yourself: this browser did not let us.';
  }
});
