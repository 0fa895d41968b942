package dev.sluice.gateway.security;

import dev.sluice.engine.sql.ReadRights;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What somebody may do: {@code ingest:<stream>}, {@code query:<stream, view or table>} and {@code
 * admin}. In a name {@code *} stands for any text, but for the beginning of a stream of Sluice's
 * own: those have to be meant. None contains another: {@code admin} alone reads no event.
 *
 * @param scopes as a token says them; others than these are no right
 */
public record Rights(Set<String> scopes) implements ReadRights {
  private static final String INGEST = "ingest:";
  private static final String QUERY = "query:";
  private static final String ADMIN = "admin";

  /** Who changed what, who is here: streams of Sluice's own begin so. */
  private static final String OWN = "sluice.";

  /** Every right that there is. */
  public static final Rights ALL =
      new Rights(Set.of(INGEST + "*", INGEST + OWN + "*", QUERY + "*", QUERY + OWN + "*", ADMIN));

  public Rights {
    scopes = Set.copyOf(scopes);
  }

  static Rights of(Collection<String> scopes) {
    return new Rights(new LinkedHashSet<>(scopes));
  }

  /** Those of its scopes that are rights, in the order of the alphabet. */
  List<String> told() {
    return scopes.stream()
        .filter(scope -> scope.equals(ADMIN) || scope.startsWith(INGEST) || scope.startsWith(QUERY))
        .sorted()
        .toList();
  }

  /** Whether it may store events in the stream. */
  public boolean mayIngest(String stream) {
    return may(INGEST, stream);
  }

  /** Whether it may read the events of the stream, the rows of the view or the table. */
  public boolean mayQuery(String name) {
    return may(QUERY, name);
  }

  /** Whether it may declare and delete, and see how everything is. */
  public boolean isAdmin() {
    return scopes.contains(ADMIN);
  }

  /** Whether it may know that there is one of this name, and what it is like. */
  public boolean mayKnow(String name) {
    return isAdmin() || mayQuery(name) || mayIngest(name);
  }

  /**
   * @throws ProblemException FORBIDDEN
   */
  public void requireIngest(String stream) {
    require(mayIngest(stream), INGEST + stream);
  }

  /**
   * @throws ProblemException FORBIDDEN
   */
  public void requireQuery(String name) {
    require(name);
  }

  @Override
  public boolean mayRead(String name) {
    return mayQuery(name);
  }

  /**
   * @throws ProblemException FORBIDDEN
   */
  public void requireAdmin() {
    require(isAdmin(), ADMIN);
  }

  /**
   * @throws ProblemException FORBIDDEN
   */
  public void requireKnow(String name) {
    require(mayKnow(name), QUERY + name);
  }

  private static void require(boolean may, String right) {
    if (!may) {
      throw Problem.ofField(
              ProblemCode.FORBIDDEN,
              right,
              "this needs the right " + right + ": ask with a token that has it")
          .toException();
    }
  }

  private boolean may(String what, String name) {
    for (String scope : scopes) {
      if (scope.startsWith(what)
          && (!name.startsWith(OWN) || scope.startsWith(OWN, what.length()))
          && matches(scope, what.length(), name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the pattern behind its first characters, in which * is any text, is the name. */
  private static boolean matches(String pattern, int from, String name) {
    int p = from;
    int n = 0;
    int star = -1;
    int afterStar = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        afterStar = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++afterStar;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
