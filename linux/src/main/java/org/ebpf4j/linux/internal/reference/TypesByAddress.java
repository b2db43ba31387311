package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Types of BTF by what points to them: there is no iterator over types, so that they are known
/// only where somebody has them.
final class TypesByAddress {
  private record Pointer(long at, Optional<Reference> reference) {}

  private final KernelView kernel;
  private final Map<ObjectKey, Count> counts;
  private final List<Pointer> pointers = new ArrayList<>();
  private final List<Pointer> inner = new ArrayList<>();
  private final List<Long> own = new ArrayList<>();

  TypesByAddress(KernelView kernel, Map<ObjectKey, Count> counts) {
    this.kernel = kernel;
    this.counts = counts;
  }

  /// A pointer to types that is of this search itself: its reference does not count.
  void leaveOut(long at) {
    own.add(at);
  }

  /// A pointer to types, whose reference is known.
  void noteAt(long at) {
    pointers.add(new Pointer(at, Optional.empty()));
  }

  /// A pointer to types that holds a reference.
  void addAt(long at, Optional<? extends Reference> reference) {
    pointers.add(new Pointer(at, reference.map(r -> r)));
  }

  /// A pointer to a map that stands for those inside of another, which holds types.
  void addInner(long at, Optional<? extends Reference> reference) {
    inner.add(new Pointer(at, reference.map(r -> r)));
  }

  void finish(Found found) {
    var left = new HashMap<Long, Integer>();
    for (var types : kernel.memory().words(own.stream().mapToLong(p -> p).toArray())) {
      left.merge(types, 1, Integer::sum);
    }
    var memory = kernel.memory();
    var layout = kernel.layout();
    var maps = memory.words(inner.stream().mapToLong(Pointer::at).toArray());
    for (int i = 0; i < maps.length; i++) {
      if (maps[i] != 0) {
        pointers.add(new Pointer(maps[i] + layout.of("bpf_map", "btf"), inner.get(i).reference()));
      }
    }
    var types = memory.words(pointers.stream().mapToLong(Pointer::at).toArray());
    var ids = memory.follow(types, layout.of("btf", "id"));
    var references = memory.follow(types, layout.of("btf", "refcnt"));
    for (int i = 0; i < types.length; i++) {
      if (types[i] == 0 || (int) ids[i] == 0) {
        continue;
      }
      var key = ObjectKey.types((int) ids[i]);
      kernel.objects.put(types[i], key);
      kernel.addresses.put(key, types[i]);
      counts.put(
          key, new Count((references[i] & 0xffffffffL) - left.getOrDefault(types[i], 0), -1));
      pointers.get(i).reference().ifPresent(r -> found.add(key, r));
    }
  }
}
