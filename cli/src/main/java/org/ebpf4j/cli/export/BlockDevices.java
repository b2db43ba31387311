package org.ebpf4j.cli.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The names of block devices by their numbers, as `/sys/dev/block` has them.
final class BlockDevices {
  private static final Path SYSFS = Path.of("/sys/dev/block");

  private BlockDevices() {}

  /// The name of the device of a number in the form that the kernel gives to user space
  /// (`new_encode_dev`): bits 8 to 19 are the major number, the others the minor one.
  static String name(long number) {
    var major = (number >>> 8) & 0xfff;
    var minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
    try {
      var device = Files.readSymbolicLink(SYSFS.resolve(major + ":" + minor)).getFileName();
      // Where a name has a slash, the directory has an exclamation mark.
      return String.valueOf(device).replace('!', '/');
    } catch (IOException _) {
      return "unknown:" + major + ":" + minor;
    }
  }
}
