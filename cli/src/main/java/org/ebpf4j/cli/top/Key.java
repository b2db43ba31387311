package org.ebpf4j.cli.top;

/// A key that was pressed.
///
/// @param type which one
/// @param character the character of a [Type#CHARACTER], else 0
record Key(Type type, int character) {
  enum Type {
    CHARACTER,
    ENTER,
    ESCAPE,
    BACKSPACE,
    TAB,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    /// None of those above.
    OTHER
  }

  static Key of(Type type) {
    return new Key(type, 0);
  }

  static Key of(char character) {
    return new Key(Type.CHARACTER, character);
  }
}
