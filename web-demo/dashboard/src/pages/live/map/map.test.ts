import { describe, expect, it } from 'vitest';
import { Fleet, LONGEST_STEP, type Report, seenAt } from './fleet';
import { isPlace, Projection } from './projection';
import { Shapes } from './shapes';
import { SPEEDS, speedClass } from './speed';
import { Trail } from './trail';
import { bounds, View } from './view';

describe('Projection', () => {
  it('is in metres, east and south', () => {
    const austin = new Projection(30.27, -97.74);
    expect([austin.x(-97.74), austin.y(30.27)]).toEqual([0, 0]);
    expect(austin.y(30.26)).toBeCloseTo(1_113, 0);
    expect(austin.x(-97.73)).toBeCloseTo(961, 0);
  });

  it('knows what is no place', () => {
    expect([isPlace(30, -97), isPlace(0, 0), isPlace(91, 0), isPlace(Number.NaN, 1)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('View', () => {
  function view() {
    const view = new View();
    view.resize(400, 200);
    return view;
  }

  it('fits what is to be seen in the middle, at one scale both ways', () => {
    const town = view();
    town.fit({ left: -1_000, top: 0, right: 1_000, bottom: 500 }, 20);
    expect([town.toX(-1_000), town.toX(1_000), town.toY(250)]).toEqual([20, 380, 100]);
    expect(town.fromX(town.toX(77))).toBeCloseTo(77);
    expect(town.fromY(town.toY(-3))).toBeCloseTo(-3);
  });

  it('keeps what is under the pointer where it is', () => {
    const town = view();
    const [x, y] = [town.fromX(30), town.fromY(170)];
    town.zoom(1.5, 30, 170);
    expect(town.toX(x)).toBeCloseTo(30);
    expect(town.toY(y)).toBeCloseTo(170);
    town.pan(10, -5);
    expect(town.toX(x)).toBeCloseTo(40);
    expect(town.toY(y)).toBeCloseTo(165);
  });

  it('neither leaves the country nor enters a house', () => {
    const town = view();
    town.zoom(1e9);
    expect(town.scale).toBe(1);
    town.zoom(1e-9);
    expect(town.scale).toBe(0.000_2);
  });

  it('does not make a dot of the town because of a lost device', () => {
    const places = Array.from({ length: 200 }, (_, i) => i);
    expect(bounds([...places, 1e6], [...places, -1e6])).toEqual({ left: 2, top: 1, right: 198, bottom: 197 });
    expect(bounds([], [])).toBeUndefined();
  });
});

describe('speedClass', () => {
  it('has a class for every speed, however implausible', () => {
    const classes = [-3, 0, 0.9, 1, 14.9, 15, 30, 50, 80, 500, Number.NaN].map(speedClass);
    expect(classes).toEqual([0, 0, 0, 1, 1, 2, 3, 4, 5, 5, 0]);
    expect(SPEEDS).toHaveLength(6);
  });
});

describe('Trail', () => {
  it('keeps the newest places, the oldest first', () => {
    const trail = new Trail(3);
    for (let i = 0; i < 5; i++) {
      trail.push(i, -i, i * 10, i % 6);
    }
    const all = [0, 1, 2].map((i) => [trail.x(i), trail.y(i), trail.time(i), trail.speedClass(i)]);
    expect([trail.size, all]).toEqual([
      3,
      [
        [2, -2, 20, 2],
        [3, -3, 30, 3],
        [4, -4, 40, 4],
      ],
    ]);
  });
});

describe('Shapes', () => {
  it('keeps the newest steps, of its routes alone', () => {
    const shapes = new Shapes(4, 2);
    for (let i = 0; i < 6; i++) {
      shapes.add(i % 2 ? 'odd' : 'even', i, 0, i + 1, 0);
    }
    shapes.add('a third', 9, 9, 8, 8);
    shapes.add('odd', 5, 5, 5, 5);
    expect([shapes.size, shapes.added, shapes.routes]).toEqual([4, 6, ['even', 'odd']]);

    const seen: number[] = [];
    shapes.each(0, shapes.added, (x) => seen.push(x));
    expect(seen).toEqual([2, 3, 4, 5]);
    const odd: number[] = [];
    shapes.each(0, shapes.added, (x) => odd.push(x), 'odd');
    shapes.each(0, shapes.added, (x) => odd.push(x), 'nobody');
    expect(odd).toEqual([3, 5]);
  });

  it('finds the route that passes next to a place', () => {
    const shapes = new Shapes();
    shapes.add('1', 0, 0, 100, 0);
    shapes.add('2', 0, 50, 100, 50);
    expect(shapes.nearest(50, 8, 10)).toBe('1');
    expect(shapes.nearest(50, 45, 10)).toBe('2');
    expect(shapes.nearest(50, 25, 10)).toBeUndefined();
    expect(shapes.nearest(109, 0, 10)).toBe('1');
    expect(shapes.nearest(111, 0, 10)).toBeUndefined();
  });
});

describe('Fleet', () => {
  const report = (of: Partial<Report>): Report => ({
    bus: 'a',
    route: '7',
    headsign: null,
    kmh: 20,
    latitude: 30,
    longitude: -97,
    ts: 1_000,
    ...of,
  });

  it('has each bus where it reported last, and its way there', () => {
    const shapes = new Shapes();
    const fleet = new Fleet(shapes);
    fleet.report(report({}), 0);
    fleet.report(report({ latitude: 30.001, ts: 2_000, kmh: 60 }), 5_000);
    const bus = fleet.buses.get('a');
    expect([fleet.buses.size, bus?.trail.size, bus?.speedClass, shapes.size]).toEqual([1, 2, 4, 1]);
    expect(bus?.y).toBeCloseTo(-111.32);
    expect(bus && seenAt(bus, 5_000)[1]).toBeCloseTo(0);
    expect(bus && seenAt(bus, 6_000)[1]).toBeCloseTo(-111.32);
    expect([fleet.moves(5_500), fleet.moves(6_000)]).toEqual([true, false]);
  });

  it('takes no report twice, and none from nowhere', () => {
    const fleet = new Fleet(new Shapes());
    expect(fleet.report(report({}), 0)).toBe(true);
    expect(fleet.report(report({ latitude: 31 }), 0)).toBe(false);
    expect(fleet.report(report({ ts: 500 }), 0)).toBe(false);
    expect(fleet.report(report({ bus: 'b', latitude: 0, longitude: 0 }), 0)).toBe(false);
    expect([...fleet.buses.keys()]).toEqual(['a']);
  });

  it('draws no line across the town, and no road where a bus changes its route', () => {
    const shapes = new Shapes();
    const fleet = new Fleet(shapes);
    const far = 30 + (LONGEST_STEP + 50) / 111_320;
    fleet.report(report({}), 0);
    fleet.report(report({ latitude: far, ts: 2_000 }), 0);
    fleet.report(report({ latitude: far + 0.001, ts: 3_000, route: '8' }), 0);
    expect([shapes.size, fleet.buses.get('a')?.trail.size]).toEqual([0, 2]);
  });

  it('lets those go who have been silent for longest', () => {
    const fleet = new Fleet(new Shapes(), 2);
    fleet.report(report({ bus: 'a' }), 0);
    fleet.report(report({ bus: 'b', ts: 2_000 }), 0);
    fleet.report(report({ bus: 'a', ts: 3_000 }), 0);
    fleet.report(report({ bus: 'c', ts: 4_000 }), 0);
    expect([...fleet.buses.keys()]).toEqual(['a', 'c']);
    fleet.forget(3_500);
    expect([...fleet.buses.keys()]).toEqual(['c']);
  });

  it('finds the bus that is drawn there', () => {
    const fleet = new Fleet(new Shapes());
    fleet.report(report({}), 0);
    fleet.report(report({ bus: 'b', latitude: 30.001 }), 0);
    expect(fleet.nearest(0, -100, 50, 5_000)?.bus).toBe('b');
    expect(fleet.nearest(3, 4, 50, 5_000)?.bus).toBe('a');
    expect(fleet.nearest(0, -55, 20, 5_000)).toBeUndefined();
  });

  it('reckons by the reports’ clock, and not by one that is wrong', () => {
    const fleet = new Fleet(new Shapes());
    fleet.heard(1_000_000, 100);
    expect(fleet.time(600)).toBe(1_000_500);
    fleet.heard(1_060_000, 600);
    expect(fleet.time(600)).toBeLessThan(1_004_000);
  });
});
