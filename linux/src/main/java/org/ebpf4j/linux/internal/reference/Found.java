package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.Suspect;

/// What a search has found.
final class Found {
  private final Map<ObjectKey, List<Reference>> references = new HashMap<>();
  private final Map<ObjectKey, List<Suspect>> suspects = new HashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /// A reference to an object.
  void add(ObjectKey object, Reference reference) {
    references.computeIfAbsent(object, _ -> new ArrayList<>()).add(reference);
  }

  /// What may hold an object.
  void suspect(ObjectKey object, Suspect suspect) {
    suspects.computeIfAbsent(object, _ -> new ArrayList<>()).add(suspect);
  }

  /// What could not be looked at.
  void note(String note) {
    notes.add(note);
  }

  List<Reference> references(ObjectKey object) {
    return references.getOrDefault(object, List.of());
  }

  List<Suspect> suspects(ObjectKey object) {
    return suspects.getOrDefault(object, List.of());
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
