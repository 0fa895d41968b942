const METRES_PER_DEGREE = 111_320;

/** A town's degrees as metres east and south of a place in it: an equirectangular projection, true to scale there. */
export class Projection {
  private readonly east: number;

  constructor(
    private readonly latitude: number,
    private readonly longitude: number,
  ) {
    this.east = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  }

  x(longitude: number): number {
    return (longitude - this.longitude) * this.east;
  }

  y(latitude: number): number {
    return (this.latitude - latitude) * METRES_PER_DEGREE;
  }
}

/** Where on earth it can be, and not at the zero of a device that does not know. */
export function isPlace(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
}
