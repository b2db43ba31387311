package org.ebpf4j.load;

import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;

/// The names that the kernel is given: at most 15 characters of `[A-Za-z0-9_.]`. Its functions are
/// pure, and any thread may call them.
public final class KernelName {
  private static final int MAX = 15;

  private KernelName() {}

  /// Any name, with other characters replaced and the end cut off.
  public static String of(String name) {
    var out = new StringBuilder();
    for (int i = 0; i < name.length() && out.length() < MAX; i++) {
      var c = name.charAt(i);
      var allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.';
      out.append(allowed ? c : '_');
    }
    return out.toString();
  }

  /// A map's name; for a data section, with the beginning of the object's name before it, as libbpf
  /// does: `hello.rodata`.
  public static String of(ObjectSpec object, MapSpec map) {
    if (!map.name().startsWith(".") || map.name().indexOf('.', 1) > 0) {
      return of(map.name());
    }
    var room = Math.max(0, Math.min(8, MAX - map.name().length()));
    return of(object.name().substring(0, Math.min(room, object.name().length())) + map.name());
  }
}
