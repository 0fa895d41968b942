package dev.sluice.gateway.presence;

import java.util.Locale;

/** Why a device is here no more. */
enum Why {
  /** It has ended what it sent, or its connection. */
  CLOSED,
  /** The gateway has ended it, with a code. */
  CUT_OFF,
  /** The gateway stops. */
  GATEWAY_STOPPING,
  /** Its connection broke, it was silent for too long, or its gateway has gone. */
  LOST;

  /** As it is in the stream. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
