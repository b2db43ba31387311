package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.reference.SuspectSearch.Told;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;
import org.ebpf4j.linux.reference.Suspect;
import org.jspecify.annotations.Nullable;

/// One search for all references to all objects. First the kernel is asked, by iterators, for
/// counts and open files, while nothing here has an object open. Then objects are opened one after
/// the other and let go. In the end the counts are read again: where they differ, somebody else has
/// changed something meanwhile.
public final class ReferenceSearch {
  private final Processes processes = new Processes();
  private final Found found = new Found();
  private final Map<ObjectKey, Count> counts = new HashMap<>();
  private final Set<Told> told = EnumSet.noneOf(Told.class);

  private ReferenceSearch() {}

  /// Makes the search.
  ///
  /// @throws BpfException where the kernel does not even say what objects there are
  public static ReferenceSnapshot make() {
    return make(true);
  }

  /// @param iterators whether iterators are tried; else what `/proc` and system calls tell is all
  static ReferenceSnapshot make(boolean iterators) {
    return new ReferenceSearch().search(iterators);
  }

  private ReferenceSnapshot search(boolean iterators) {
    var kernel = iterators ? kernel() : null;
    try {
      return search(kernel);
    } finally {
      if (kernel != null) {
        kernel.close();
      }
    }
  }

  /// Null where iterators cannot be had.
  private @Nullable KernelView kernel() {
    try {
      return KernelView.open();
    } catch (BpfException e) {
      found.note(
          "the kernel's own counts are not known, and files are looked for in /proc alone: "
              + e.getMessage());
      return null;
    }
  }

  private ReferenceSnapshot search(@Nullable KernelView kernel) {
    if (kernel != null) {
      counts.putAll(kernel.counts());
    }
    var files = kernel == null ? ProcFiles.read() : kernel.files();
    if (kernel != null) {
      look(Told.MAPPINGS, () -> kernel.addMappings(files, processes));
      look(Told.MESSAGES, () -> FilesInFiles.findMessages(files, kernel, processes));
      look(Told.RINGS, () -> FilesInFiles.findRegistered(files, kernel, processes));
    }
    var own = kernel == null ? Set.<ObjectKey>of() : kernel.own();
    var inventory = LivingObjects.read(own, kernel == null ? null : kernel.mapFacts);
    counts.putAll(ProgramEdges.findTypes(inventory, kernel, found));
    Descriptors.find(files, kernel, counts, processes, found);
    if (kernel != null) {
      look(
          Told.SOCKETS,
          () -> {
            SocketSearch.find(files, kernel, processes, found);
            return true;
          });
      look(Told.TUNS, () -> SocketSearch.findTuns(files, kernel, processes, found));
    }
    ProgramEdges.find(inventory, found);
    LinkEdges.find(inventory, kernel, found);
    EventSearch.find(inventory, files, kernel, processes, found);
    var machine = Namespaces.read(files);
    PinSearch.find(files, machine, processes, found);
    SlotSearch.find(inventory, kernel, found);
    StructOpsSearch.find(inventory, found);
    CgroupSearch.find(inventory, found);
    NetworkSearch.find(inventory, machine, counts, found);
    var changed = kernel == null ? Set.<ObjectKey>of() : changed(kernel);
    return snapshot(inventory, changed, new SuspectSearch(inventory, files, told, processes));
  }

  /// Looks at structures of the kernel that not every kernel has.
  private void look(Told what, BooleanSupplier search) {
    try {
      if (search.getAsBoolean()) {
        told.add(what);
      }
    } catch (UnsupportedFeatureException e) {
      found.note(what.name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
    }
  }

  private Set<ObjectKey> changed(KernelView kernel) {
    var changed = new HashSet<ObjectKey>();
    var now = kernel.counts();
    counts.forEach((key, count) -> {
      if (now.containsKey(key) && !now.get(key).equals(count)) {
        changed.add(key);
      }
    });
    return changed;
  }

  private ReferenceSnapshot snapshot(
      LivingObjects inventory, Set<ObjectKey> changed, SuspectSearch suspects) {
    var objects = new TreeMap<ObjectKey, References>();
    for (var program : inventory.programs().values()) {
      put(objects, ObjectKey.program(program.id()), program.name(), program.typeLabel(), changed);
    }
    for (var map : inventory.maps().values()) {
      put(objects, ObjectKey.map(map.id()), map.name(), map.typeLabel(), changed);
    }
    for (var link : inventory.links().values()) {
      put(objects, ObjectKey.link(link.id()), "", link.typeLabel(), changed);
    }
    for (var types : inventory.types().values()) {
      put(objects, ObjectKey.types(types.id()), types.name(), "", changed);
    }
    objects.replaceAll((key, references) -> withSuspects(references, suspects));
    return new ReferenceSnapshot(objects, found.notes());
  }

  private void put(
      Map<ObjectKey, References> objects,
      ObjectKey key,
      String name,
      String type,
      Set<ObjectKey> changed) {
    var count = counts.get(key);
    objects.put(
        key,
        new References(
            key,
            name,
            type,
            count == null ? OptionalLong.empty() : OptionalLong.of(count.references()),
            count == null || count.users() < 0
                ? OptionalLong.empty()
                : OptionalLong.of(count.users()),
            changed.contains(key),
            found.references(key),
            List.of()));
  }

  private References withSuspects(References references, SuspectSearch search) {
    var wanted =
        switch (references.verdict()) {
          case EXPLAINED, CONTRADICTED -> false;
          case UNEXPLAINED -> true;
          case UNKNOWN -> references.found().isEmpty();
        };
    if (!wanted) {
      return references;
    }
    var suspects = new ArrayList<Suspect>(found.suspects(references.object()));
    suspects.addAll(search.of(references.object()));
    return new References(
        references.object(),
        references.name(),
        references.typeLabel(),
        references.counter(),
        references.userCounter(),
        references.changed(),
        references.found(),
        suspects);
  }
}
