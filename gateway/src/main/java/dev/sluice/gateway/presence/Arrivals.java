package dev.sluice.gateway.presence;

/** Where devices are announced. */
public interface Arrivals {
  /** A device has come, and is here until its visit is over. */
  Visit arrived(Arrival arrival);
}
