package org.ebpf4j.linux.reference;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The references to all objects of the kernel, found in one pass.
///
/// @param objects for each object, its references
/// @param notes what could not be looked at, and why: without a privilege, without types of the
///   kernel
public record ReferenceSnapshot(SortedMap<ObjectKey, References> objects, List<String> notes) {
  public ReferenceSnapshot {
    objects = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(objects));
    notes = List.copyOf(notes);
  }

  /// The references to an object; empty where there is none with that id.
  public Optional<References> of(ObjectKey object) {
    return Optional.ofNullable(objects.get(object));
  }

  /// All objects of a kind, by id.
  public List<References> all(ObjectType type) {
    return objects.values().stream().filter(r -> r.object().type() == type).toList();
  }
}
