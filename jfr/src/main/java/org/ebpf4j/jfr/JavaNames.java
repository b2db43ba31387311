package org.ebpf4j.jfr;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The names of fields of one event type: each an identifier of Java, none twice, and none that JFR
/// has for fields of its own.
final class JavaNames {
  /// Enough to tell names apart; a path through nested structs can be long.
  private static final int LONGEST = 200;

  /// The words that are no identifiers.
  private static final Set<String> RESERVED =
      Set.of(
          ("abstract assert boolean break byte case catch char class const continue default do"
                  + " double else enum extends final finally float for goto if implements import"
                  + " instanceof int interface long native new package private protected public return"
                  + " short static strictfp super switch synchronized this throw throws transient try"
                  + " void volatile while true false null _")
              .split(" "));

  /// Fields that JFR adds to each event type.
  private static final Set<String> OF_JFR =
      Set.of("startTime", "duration", "eventThread", "stackTrace", "eventConfiguration");

  private final Set<String> taken = new HashSet<>(OF_JFR);

  /// The number that was last given to a name, so that many members of one name do not look through
  /// all numbers again.
  private final Map<String, Integer> numbers = new HashMap<>();

  /// A name for the member at the path, such as `addr.port`. One that is taken already gets a
  /// number.
  String next(String path) {
    var name = identifier(path);
    var free = name;
    while (!taken.add(free)) {
      free = name + '_' + (numbers.merge(name, 1, Integer::sum) + 1);
    }
    return free;
  }

  /// The text as an identifier: an underscore for each character that none may have, one more at
  /// the end of a reserved word.
  static String identifier(String text) {
    var name = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c ->
            name.appendCodePoint(
                Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c)
                    ? c
                    : '_'));
    if (name.isEmpty() || !Character.isJavaIdentifierStart(name.codePointAt(0))) {
      name.insert(0, '_');
    }
    if (RESERVED.contains(name.toString())) {
      name.append('_');
    }
    return name.toString();
  }
}
