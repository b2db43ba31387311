package org.ebpf4j.linux.internal.query;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.linux.inspect.BtfInfo;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// All that the kernel says of objects, whoever made them: what their descriptors are asked for,
/// and what only `/proc/self/fdinfo` has.
public final class Inventory {
  /// As many characters as the kernel keeps of a name.
  private static final int CUT_NAME = 15;

  private Inventory() {}

  /// Asks about each object of a kind, in the order of ids. What dies meanwhile is left out.
  ///
  /// @param about asked with a descriptor, which is closed afterwards
  /// @throws org.ebpf4j.error.PermissionException where this user may not walk ids
  public static <T> List<T> all(ObjectKind kind, IntFunction<T> about) {
    var all = new ArrayList<T>();
    for (var id : ObjectInfo.ids(kind)) {
      try (var fd = Ids.open(kind, id)) {
        all.add(about.apply(fd.number()));
      } catch (KernelException e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
    }
    return List.copyOf(all);
  }

  /// A program.
  public static ProgramInfo program(int fd) {
    var info = ObjectInfo.program(fd).withLockedBytes(DescriptorFields.of(fd).number("memlock"));
    return info.name().length() < CUT_NAME || info.types().btfId() == 0
        ? info
        : info.withFullName(fullName(fd, info));
  }

  /// The name of its main function, which the kernel's name may be the start of.
  private static String fullName(int fd, ProgramInfo info) {
    try {
      var function = ObjectInfo.mainFunction(fd);
      var name = LoadedTypes.of(info.types().btfId()).orElseThrow().name(function);
      return name.startsWith(info.name()) ? name : info.name();
    } catch (KernelException | MalformedObjectException _) {
      // The kernel's name is true, too.
      return info.name();
    }
  }

  /// A map.
  public static MapInfo map(int fd) {
    var fields = DescriptorFields.of(fd);
    var owner = fields.number("owner_prog_type");
    return ObjectInfo.map(fd)
        .withUse(
            new MapInfo.Use(
                fields.number("memlock"),
                fields.number("frozen").orElse(0) != 0,
                owner.isPresent() ? OptionalInt.of((int) owner.getAsLong()) : OptionalInt.empty(),
                fields.number("owner_jited").orElse(0) != 0));
  }

  /// Types.
  public static BtfInfo types(int fd) {
    var types = ObjectInfo.typesHeader(fd);
    return new BtfInfo(types.id(), types.name(), types.kernel(), types.size());
  }
}
