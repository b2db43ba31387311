package org.ebpf4j.linux.reference;

import java.util.Optional;

/// One step of what would free an object.
///
/// @param object what loses a reference by it
/// @param depth how many objects have to be freed for the one that is asked for, of which this is
///   the last: 0 for that one itself
/// @param kind who does it
/// @param action what is done; empty where it is not done by this program
/// @param text what it is, for people
public record ReleaseStep(
    ObjectKey object, int depth, Kind kind, Optional<ReleaseAction> action, String text) {
  /// Who does a step.
  public enum Kind {
    /// It can be done from outside.
    ACTION,
    /// The steps that follow, one deeper, free the object that is named.
    FREE,
    /// A process does it, or ends.
    PROCESS,
    /// Nothing has to be done: the reference goes when the others are gone.
    ITSELF,
    /// It is not known what holds the reference.
    UNKNOWN
  }

  static ReleaseStep of(ObjectKey object, int depth, ReleaseAction action) {
    return new ReleaseStep(object, depth, Kind.ACTION, Optional.of(action), action.text());
  }

  static ReleaseStep of(ObjectKey object, int depth, Kind kind, String text) {
    return new ReleaseStep(object, depth, kind, Optional.empty(), text);
  }
}
