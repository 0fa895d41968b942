package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.ResumeToken;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.engine.resume.TokenCodec;

/** Writes the tokens of one question's events. */
record Tokens(TokenCodec codec, Question question) {
  /** Rows left where there is no LIMIT. */
  static final long NO_LIMIT = Long.MAX_VALUE;

  String at(Place place, long left) {
    return codec.write(new ResumeToken(question, place, left));
  }
}
