package org.ebpf4j;

/// One thing that was done on the way: what a loader does is no magic, and a program can watch all
/// of it.
///
/// @param action what was done
/// @param object to which map, program or link
/// @param detail how, as in `fd 7, id 42`
public record Step(Action action, String object, String detail) {
  /// The kinds of steps.
  public enum Action {
    CREATE,
    REUSE,
    FILL,
    LOAD_TYPES,
    RELOCATE,
    PATCH,
    LOAD,
    ATTACH,
    UPDATE,
    PIN,
    UNPIN,
    DETACH,
    CLOSE;

    /// In lower case, with blanks.
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  @Override
  public String toString() {
    return action.label() + " " + object + ": " + detail;
  }
}
