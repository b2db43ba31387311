package org.ebpf4j.load;

import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;

/// What the kernel's error numbers mean for calls on the elements of a map. Its functions are pure,
/// and any thread may call them.
public final class ElementRules {
  private ElementRules() {}

  /// What an error number of `MAP_UPDATE_ELEM`, `MAP_LOOKUP_ELEM` and the like says of a map.
  public static Optional<String> broken(int type, long maxEntries, String command, int errno) {
    var array = MapType.of(type).filter(ElementRules::isArray).isPresent();
    return switch (errno) {
      case Errno.E2BIG ->
          Optional.of(
              array
                  ? "the index is too large: it has " + entries(maxEntries) + ", the first at 0"
                  : full(maxEntries));
      case Errno.ENOSPC -> Optional.of(full(maxEntries));
      case Errno.EEXIST -> Optional.of("the key is there already, and it was to be new");
      case Errno.ENOENT ->
          Optional.of(
              command.equals("MAP_UPDATE_ELEM")
                  ? "the key is not there, and it was to be changed"
                  : "the key is not there");
      case Errno.ENOMEM -> Optional.of("the kernel has no memory for another entry at the moment");
      case Errno.EBUSY -> Optional.of("something holds the entry at the moment");
      case Errno.EINVAL ->
          array && command.equals("MAP_DELETE_ELEM")
              ? Optional.of("the entries of an array are always there, and cannot be deleted")
              : Optional.empty();
      case Errno.ENOTSUPP, Errno.EOPNOTSUPP ->
          Optional.of(MapType.label(type) + " maps take no such command from outside of programs");
      case Errno.EPERM ->
          Optional.of(
              "it is frozen, or made for programs only (BPF_F_RDONLY, BPF_F_WRONLY): it cannot be"
                  + " reached so");
      default -> Optional.empty();
    };
  }

  /// What mends it.
  public static Optional<String> mend(int type, long maxEntries, String command, int errno) {
    var array = MapType.of(type).filter(ElementRules::isArray).isPresent();
    return switch (errno) {
      case Errno.E2BIG, Errno.ENOSPC ->
          Optional.of(
              array && errno == Errno.E2BIG
                  ? "an index from 0 to " + (maxEntries - 1)
                  : "take some out, or give it more when it is made (max_entries, --map-entries)");
      case Errno.ENOMEM, Errno.EBUSY -> Optional.of("again, in a moment");
      case Errno.EEXIST -> Optional.of("delete it first, or let it be replaced");
      case Errno.EPERM -> Optional.of("a map that is made without these flags, and not frozen");
      case Errno.EINVAL ->
          array && command.equals("MAP_DELETE_ELEM")
              ? Optional.of("set the value to what stands for nothing, such as 0")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String full(long maxEntries) {
    return "it is full: it has room for " + entries(maxEntries);
  }

  private static String entries(long count) {
    return count == 1 ? "1 entry" : count + " entries";
  }

  private static boolean isArray(MapType type) {
    return switch (type) {
      case ARRAY,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          PERCPU_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          DEVMAP,
          SOCKMAP,
          CPUMAP,
          XSKMAP,
          REUSEPORT_SOCKARRAY,
          INSN_ARRAY ->
          true;
      default -> false;
    };
  }
}
