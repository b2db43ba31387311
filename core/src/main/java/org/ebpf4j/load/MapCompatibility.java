package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// Whether a map that is there can stand for one that an object defines. Its functions are pure,
/// and any thread may call them.
public final class MapCompatibility {
  private MapCompatibility() {}

  /// A map that is there.
  ///
  /// @param id its id
  /// @param type the number of its type
  /// @param keySize the bytes in a key
  /// @param valueSize the bytes in a value
  /// @param maxEntries how many entries it can have
  /// @param flags its flags (`BPF_F_*`)
  /// @param extra its `map_extra`
  public record Existing(
      int id, int type, int keySize, int valueSize, long maxEntries, int flags, long extra) {}

  /// @param what the map that is there, for the message
  /// @throws BpfException where it cannot; says what differs
  public static void check(MapSpec spec, Existing info, String what, KernelFacts kernel) {
    var differences = new ArrayList<String>();
    compare(differences, "type", spec.typeLabel(), MapType.label(info.type()));
    compare(differences, "bytes in a key", spec.keySize(), info.keySize());
    if (spec.structOps().isEmpty()) {
      compare(differences, "bytes in a value", spec.valueSize(), info.valueSize());
    }
    compare(differences, "entries", MapFitting.entries(spec, kernel), info.maxEntries());
    compare(
        differences,
        "flags",
        "0x" + Integer.toHexString(spec.flags() & ~ignored(spec)),
        "0x" + Integer.toHexString(info.flags() & ~ignored(spec)));
    compare(
        differences,
        "map_extra",
        "0x" + Long.toHexString(spec.extra()),
        "0x" + Long.toHexString(info.extra()));
    if (!differences.isEmpty()) {
      throw new BpfException(
          "map '"
              + spec.name()
              + "': "
              + what
              + " (id "
              + info.id()
              + ") is another: "
              + String.join("; ", differences)
              + "\n"
              + "  try: give the object the same, or another map: a pin goes by ebpf4j unpin PATH,"
              + " --pin-path DIRECTORY looks elsewhere");
    }
  }

  /// Flags that the kernel sets on its own, or that only say how this process may reach the map.
  private static int ignored(MapSpec spec) {
    var device =
        spec.type() == MapType.DEVMAP.number() || spec.type() == MapType.DEVMAP_HASH.number();
    return MapSpec.MMAPABLE | (device ? MapSpec.RDONLY_PROG : 0);
  }

  private static void compare(List<String> differences, String what, Object wanted, Object found) {
    if (!wanted.equals(found)) {
      differences.add(what + " " + found + ", where the object wants " + wanted);
    }
  }
}
