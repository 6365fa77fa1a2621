/** What an application's score is made of. */
export interface Engagement {
  /** Human clicks, repeated ones left out. */
  humanClicks: number;
  /** Visitors told apart; see `people` in docs/applications.md. */
  people: number;
  /** Link functions with a human click. */
  clickedFunctions: readonly string[];
  isBooked: boolean;
}

export interface ScorePart {
  part: 'opened' | 'people' | 'breadth' | 'calendar' | 'booked';
  points: number;
  max_points: number;
  /** Why, in words. */
  explanation: string;
}

export interface Score {
  /** 0 to 100: the sum of the parts. */
  score: number;
  parts: readonly ScorePart[];
}

const OPENED_POINTS = 30;
const PERSON_POINTS = 10;
const PEOPLE_MAX_POINTS = 20;
const FUNCTION_POINTS = 10;
const BREADTH_MAX_POINTS = 20;
const CALENDAR_POINTS = 10;
const BOOKED_POINTS = 20;

/** Link functions that lead to a calendar, in lower case. */
const CALENDARS = ['calendly', 'calcom', 'cal_com', 'savvycal', 'calendar'];

/**
 * How much interest an application drew, 0 to 100, by rules that docs/applications.md states. The weights are a
 * convention, not a measurement: they order applications, they predict nothing. The score does not fade with time.
 */
export function scoreEngagement(engagement: Engagement): Score {
  const parts = [
    scoreOpened(engagement),
    scorePeople(engagement),
    scoreBreadth(engagement),
    scoreCalendar(engagement),
    scoreBooked(engagement),
  ];
  return { score: parts.reduce((sum, { points }) => sum + points, 0), parts };
}

function scoreOpened({ humanClicks }: Engagement): ScorePart {
  return {
    part: 'opened',
    points: humanClicks > 0 ? OPENED_POINTS : 0,
    max_points: OPENED_POINTS,
    explanation: humanClicks > 0 ? 'A person opened a link.' : 'No person has opened a link yet.',
  };
}

function scorePeople({ people }: Engagement): ScorePart {
  const further = Math.max(0, people - 1);
  return {
    part: 'people',
    points: Math.min(PEOPLE_MAX_POINTS, further * PERSON_POINTS),
    max_points: PEOPLE_MAX_POINTS,
    explanation: `${further} more after the first: ${PERSON_POINTS} points each. Somebody who comes back on another day counts again.`,
  };
}

function scoreBreadth({ clickedFunctions }: Engagement): ScorePart {
  const further = Math.max(0, clickedFunctions.length - 1);
  const named = clickedFunctions.length > 0 ? clickedFunctions.join(', ') : 'none';
  return {
    part: 'breadth',
    points: Math.min(BREADTH_MAX_POINTS, further * FUNCTION_POINTS),
    max_points: BREADTH_MAX_POINTS,
    explanation: `Kinds of links that people clicked: ${named}. ${FUNCTION_POINTS} points for each after the first.`,
  };
}

function scoreCalendar({ clickedFunctions }: Engagement): ScorePart {
  const isClicked = clickedFunctions.some((name) => CALENDARS.includes(name.toLowerCase()));
  return {
    part: 'calendar',
    points: isClicked ? CALENDAR_POINTS : 0,
    max_points: CALENDAR_POINTS,
    explanation: isClicked ? 'A person looked at the calendar.' : 'No person has looked at the calendar yet.',
  };
}

function scoreBooked({ isBooked }: Engagement): ScorePart {
  return {
    part: 'booked',
    points: isBooked ? BOOKED_POINTS : 0,
    max_points: BOOKED_POINTS,
    explanation: isBooked ? 'An interview is booked.' : 'No interview is booked.',
  };
}
