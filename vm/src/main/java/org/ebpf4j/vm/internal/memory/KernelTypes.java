package org.ebpf4j.vm.internal.memory;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;

/// The types that a kernel finds names in: its own, and those of the objects that are loaded. Any
/// thread may use it.
public final class KernelTypes {
  /// The most bytes that one object of the kernel has.
  public static final int LARGEST = 1 << 28;

  private final Optional<Btf> kernelTypes;
  private final List<Btf> loaded = new CopyOnWriteArrayList<>();

  /// @param kernelTypes the types of the kernel itself, where it was given any
  public KernelTypes(Optional<Btf> kernelTypes) {
    this.kernelTypes = kernelTypes;
  }

  /// A struct, union or other type by its name.
  public record Named(Btf types, int id) {}

  /// The types of an object that is loaded from now on.
  public void add(Btf types) {
    loaded.addFirst(types);
  }

  /// The types of an object that is closed.
  public void remove(Btf types) {
    loaded.remove(types);
  }

  /// The type of a name, in the types of the kernel, those of an object, or those of all that are
  /// loaded.
  ///
  /// @throws NotFoundException where no types have one of that name; offers near ones
  public Named find(String name, Optional<Btf> own) {
    var bare = name.replaceFirst("^(struct|union|enum) +", "");
    var searched = new LinkedHashSet<Btf>();
    kernelTypes.ifPresent(searched::add);
    own.ifPresent(searched::add);
    searched.addAll(loaded);
    searched.add(BuiltinTypes.get());
    for (var types : searched) {
      var found = find(types, types.ids(bare)).or(() -> find(types, types.essentialIds(bare)));
      if (found.isPresent()) {
        return found.get();
      }
    }
    var known = new LinkedHashSet<String>();
    searched.forEach(types -> addNames(types, known));
    throw new NotFoundException(
        "type",
        bare,
        known,
        loaded.isEmpty() && kernelTypes.isEmpty() ? "No object is loaded that has types" : "");
  }

  private static Optional<Named> find(Btf types, int[] ids) {
    return Arrays.stream(ids)
        .filter(id -> isValue(types, id))
        .mapToObj(id -> new Named(types, id))
        .findFirst();
  }

  private static boolean isValue(Btf types, int id) {
    return switch (types.type(id)) {
      case BtfType.Struct _, BtfType.Int _, BtfType.Typedef _, BtfType.Floating _ -> true;
      case BtfType.Enum type -> type.size() > 0;
      default -> false;
    };
  }

  private static void addNames(Btf types, Set<String> names) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.Struct struct && !struct.name().isEmpty()) {
        names.add(struct.name());
      }
    }
  }

  /// Whether values of a type have a size that is known.
  public static boolean hasSize(Btf types, int type) {
    return switch (types.type(types.resolve(type))) {
      case BtfType.Void _, BtfType.Forward _, BtfType.Function _, BtfType.Prototype _ -> false;
      default -> types.size(type) <= LARGEST;
    };
  }

  /// The size of values of a type.
  ///
  /// @throws IllegalArgumentException where it is not known
  public static int size(Btf types, int type) {
    if (!hasSize(types, type)) {
      throw new IllegalArgumentException(
          "values of "
              + new TypedBytes(types, type, new byte[0], 0).typeName()
              + " have no size that is known");
    }
    return (int) types.size(type);
  }
}
