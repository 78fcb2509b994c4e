// What the script adds to every page of a volunteer's phone, which works without it.

import { sendOnce } from "./once.js";

sendOnce();
