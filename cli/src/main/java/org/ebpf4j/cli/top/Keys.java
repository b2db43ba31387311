package org.ebpf4j.cli.top;

import java.io.IOException;
import java.util.Optional;

/// Reads keys from the characters that a terminal sends, of which some keys send several.
final class Keys {
  /// Characters as they come.
  interface Source {
    /// The next character, [#EXPIRED] where none comes in time, or [#CLOSED].
    ///
    /// @param millis how long it may take
    int read(long millis) throws IOException;
  }

  static final int EXPIRED = -2;
  static final int CLOSED = -1;

  /// How long what follows an escape character may take: alone it is the escape key.
  private static final long FOLLOWS_MILLIS = 50;

  /// No key sends more.
  private static final int LONGEST = 16;

  private static final char ESC = 0x1b;

  private final Source source;
  private boolean closed;

  Keys(Source source) {
    this.source = source;
  }

  /// Whether no key will come any more.
  boolean isClosed() {
    return closed;
  }

  /// The next key; empty where none comes in time, or will ever come.
  Optional<Key> next(long millis) throws IOException {
    var first = source.read(millis);
    if (first < 0) {
      closed |= first != EXPIRED;
      return Optional.empty();
    }
    return Optional.of(
        switch (first) {
          case ESC -> escaped();
          case '\r', '\n' -> Key.of(Key.Type.ENTER);
          case '\t' -> Key.of(Key.Type.TAB);
          case 0x7f, '\b' -> Key.of(Key.Type.BACKSPACE);
          default -> first < ' ' ? Key.of(Key.Type.OTHER) : new Key(Key.Type.CHARACTER, first);
        });
  }

  private Key escaped() throws IOException {
    var introducer = source.read(FOLLOWS_MILLIS);
    if (introducer != '[' && introducer != 'O') {
      return Key.of(introducer < 0 ? Key.Type.ESCAPE : Key.Type.OTHER);
    }
    var code = new StringBuilder();
    while (code.length() < LONGEST) {
      var c = source.read(FOLLOWS_MILLIS);
      if (c < 0) {
        break;
      }
      code.append((char) c);
      if (c >= '@' && c <= '~') {
        break;
      }
    }
    return Key.of(
        switch (code.toString()) {
          case "A" -> Key.Type.UP;
          case "B" -> Key.Type.DOWN;
          case "H", "1~", "7~" -> Key.Type.HOME;
          case "F", "4~", "8~" -> Key.Type.END;
          case "5~" -> Key.Type.PAGE_UP;
          case "6~" -> Key.Type.PAGE_DOWN;
          default -> Key.Type.OTHER;
        });
  }
}
