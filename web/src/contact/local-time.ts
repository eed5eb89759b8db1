import type { Person } from '../api/types.ts';
import { asciiDigits } from '../text/fold.ts';

/**
 * Time zones by the code that a number begins with: of the countries that have one time alone. Where there are several, as in
 * America, Russia or Brazil, the number does not tell.
 */
const zones: Record<string, string> = {
  Africa: `20Cairo 211Juba 212Casablanca 213Algiers 216Tunis 218Tripoli 220Banjul 221Dakar 222Nouakchott 223Bamako 224Conakry
    225Abidjan 226Ouagadougou 227Niamey 228Lome 229Porto-Novo 231Monrovia 232Freetown 233Accra 234Lagos 235Ndjamena 236Bangui
    237Douala 239Sao_Tome 240Malabo 241Libreville 242Brazzaville 244Luanda 245Bissau 249Khartoum 250Kigali 251Addis_Ababa
    252Mogadishu 253Djibouti 254Nairobi 255Dar_es_Salaam 256Kampala 257Bujumbura 258Maputo 260Lusaka 263Harare 264Windhoek
    265Blantyre 266Maseru 267Gaborone 268Mbabane 27Johannesburg 291Asmara`,
  America: `501Belize 502Guatemala 503El_Salvador 504Tegucigalpa 505Managua 506Costa_Rica 507Panama 509Port-au-Prince 51Lima
    53Havana 54Argentina/Buenos_Aires 57Bogota 58Caracas 591La_Paz 592Guyana 595Asuncion 597Paramaribo 598Montevideo`,
  Asia: `60Kuala_Lumpur 63Manila 65Singapore 66Bangkok 670Dili 673Brunei 76Almaty 77Almaty 81Tokyo 82Seoul 84Ho_Chi_Minh
    850Pyongyang 852Hong_Kong 853Macau 855Phnom_Penh 856Vientiane 86Shanghai 880Dhaka 886Taipei 91Kolkata 92Karachi 93Kabul
    94Colombo 95Yangon 961Beirut 962Amman 963Damascus 964Baghdad 965Kuwait 966Riyadh 967Aden 968Muscat 970Hebron 971Dubai
    972Jerusalem 973Bahrain 974Qatar 975Thimphu 977Kathmandu 98Tehran 992Dushanbe 993Ashgabat 994Baku 995Tbilisi 996Bishkek
    998Tashkent 374Yerevan 357Nicosia`,
  Europe: `30Athens 31Amsterdam 32Brussels 33Paris 350Gibraltar 352Luxembourg 353Dublin 355Tirane 356Malta 358Helsinki 359Sofia
    36Budapest 370Vilnius 371Riga 372Tallinn 373Chisinau 375Minsk 376Andorra 377Monaco 378San_Marino 380Kyiv 381Belgrade
    382Podgorica 385Zagreb 386Ljubljana 387Sarajevo 389Skopje 39Rome 40Bucharest 41Zurich 420Prague 421Bratislava 423Vaduz
    43Vienna 44London 45Copenhagen 46Stockholm 47Oslo 48Warsaw 49Berlin 90Istanbul`,
  Indian: '230Mauritius 248Mahe 261Antananarivo 262Reunion 269Comoro 960Maldives',
  Atlantic: '238Cape_Verde 298Faroe 354Reykjavik',
  Pacific: '674Nauru 676Tongatapu 677Guadalcanal 678Efate 679Fiji 682Rarotonga 685Apia 687Noumea 688Funafuti',
};

const byCode = new Map(
  Object.entries(zones).flatMap(([part, all]) =>
    all.split(/\s+/).map((one): [string, string] => {
      const [, code = '', place] = /^(\d+)(.+)$/.exec(one) ?? [];
      return [code, `${part}/${place}`];
    }),
  ),
);

/** The time zone in which a customer is, as far as a number with the code of a country tells it. */
export function zoneOf({ type, csid, profile, businessProfile }: Person): string | undefined {
  const phone = asciiDigits(businessProfile.phone ?? profile.phone ?? '').trim();
  const isNumber = ['WHATSAPP', 'SMS', 'DUMMY'].includes(type.toUpperCase());
  const whole = /^(\+|00)/.test(phone) ? phone.replace(/^00/, '') : isNumber ? csid : '';
  const digits = whole.replace(/\D/g, '');
  if (digits.length < 8) return undefined;
  return [3, 2].map((length) => byCode.get(digits.slice(0, length))).find((zone) => zone !== undefined);
}
