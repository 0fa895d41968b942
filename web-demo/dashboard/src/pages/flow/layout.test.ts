import { describe, expect, it } from 'vitest';
import type { StageName } from '../../api';
import { type Box, layout, tankBoxes } from './layout';

const TANKS: Record<StageName, number> = {
  'doors-in': 1,
  ingest: 2,
  log: 2,
  tail: 3,
  'catch-up': 2,
  queries: 4,
  subscribers: 1,
  'doors-out': 2,
};

describe.each([998, 1500, 340])('in %i pixels', (width) => {
  const plan = layout(width, TANKS);
  const boxes = Object.entries(plan.stages) as [StageName, Box][];

  it('has every stage inside, and none over another', () => {
    expect(boxes).toHaveLength(8);
    for (const [name, box] of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width + 0.01);
      expect(box.y + box.height).toBeLessThanOrEqual(plan.height + 0.01);
      for (const [other, its] of boxes) {
        expect(name === other || apart(box, its), `${name} and ${other}`).toBe(true);
      }
    }
  });

  it('has the tanks inside their stage', () => {
    for (const [name, box] of boxes) {
      const tanks = tankBoxes(box, TANKS[name]);
      expect(tanks).toHaveLength(TANKS[name]);
      for (const tank of tanks) {
        expect(apart(tank, box)).toBe(false);
        expect(tank.y + tank.height).toBeLessThan(box.y + box.height);
        expect(tank.x + tank.width).toBeLessThan(box.x + box.width);
      }
    }
  });

  it('goes the way of the data', () => {
    const order = (name: StageName) => (plan.upright ? plan.stages[name].y : plan.stages[name].x);
    expect(order('doors-in')).toBeLessThan(order('ingest'));
    expect(order('log')).toBeLessThan(order('tail'));
    expect(order('tail')).toBe(order('catch-up'));
    expect(order('subscribers')).toBeLessThan(order('doors-out'));
  });
});

it('goes down the page where there is no room across', () => {
  expect(layout(340, TANKS).upright).toBe(true);
  expect(layout(998, TANKS).upright).toBe(false);
});

function apart(a: Box, b: Box): boolean {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}
