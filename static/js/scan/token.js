// What a card's token and short code look like, as kiosk/domain/cards.py has it; whether they are real, the kiosk says.

const ALPHABET = "0-9A-HJKMNP-TV-Z";
const TOKEN = new RegExp(`[${ALPHABET}]{24}$`);
const SHORT = new RegExp(`^[${ALPHABET}]{12}$`);

// Nobody can tell O from 0 by looking at it.
export const folded = (text) => text.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");

export const endsWithToken = (text) => TOKEN.test(folded(text.trim()));

export const isShortCode = (code) => SHORT.test(code);
