package org.ebpf4j.error;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Which known names a mistaken one comes near to: by edit distance, and by one holding the other.
/// Its functions are pure, and any thread may call them.
public final class NearestNames {
  private static final int LIMIT = 5;
  private static final int SHORT = 3;

  /// More letters than that, and it is another name.
  private static final int MOST_EDITS = 3;

  private record Scored(String name, int distance) {}

  private NearestNames() {}

  /// Up to five of `known`, nearest first; with few known names (five at most) all of them.
  public static List<String> of(String name, Collection<String> known) {
    if (known.size() <= LIMIT) {
      return known.stream().distinct().sorted().toList();
    }
    return near(name, known);
  }

  /// Up to five of `known` that come near, nearest first.
  public static List<String> near(String name, Collection<String> known) {
    var wanted = name.toLowerCase(Locale.ROOT);
    // Of a short name two letters are most of it; one letter is all of a name of one.
    var allowed =
        wanted.length() <= 1
            ? 0
            : wanted.length() <= SHORT ? 1 : Math.clamp(wanted.length() / 3, 2, MOST_EDITS);
    var scored = new ArrayList<Scored>();
    for (var candidate : known) {
      var other = candidate.toLowerCase(Locale.ROOT);
      var distance = distance(wanted, other, allowed);
      var holds =
          wanted.length() >= 4
              && other.length() >= 4
              && (other.contains(wanted) || wanted.contains(other));
      if (distance <= allowed) {
        scored.add(new Scored(candidate, distance));
      } else if (holds) {
        scored.add(new Scored(candidate, allowed + Math.abs(other.length() - wanted.length())));
      }
    }
    return scored.stream()
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .map(Scored::name)
        .distinct()
        .limit(LIMIT)
        .toList();
  }

  /// A sentence that offers the nearest name, `. Did you mean 'xdp'?`; empty where none is near.
  public static String didYouMean(String name, Collection<String> known) {
    return near(name, known).stream()
        .findFirst()
        .map(near -> ". Did you mean '" + near + "'?")
        .orElse("");
  }

  /// The number of letters to insert, remove, replace or swap with the next, or some number above
  /// `limit` once it is known to be above.
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    var before = new int[b.length() + 1];
    var previous = new int[b.length() + 1];
    var current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    var lastBest = 0;
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      var best = i;
      for (int j = 1; j <= b.length(); j++) {
        var substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitute, 1 + Math.min(previous[j], current[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], before[j - 2] + 1);
        }
        best = Math.min(best, current[j]);
      }
      if (Math.min(best, lastBest) > limit) {
        return limit + 1;
      }
      lastBest = best;
      var oldest = before;
      before = previous;
      previous = current;
      current = oldest;
    }
    return previous[b.length()];
  }
}
