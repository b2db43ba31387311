package org.ebpf4j.linux.internal.host;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotMountedException;

/// The filesystem of pins.
public final class Bpffs {
  private static final String USUAL = "/sys/fs/bpf";

  private Bpffs() {}

  /// Checks that a pin can be at `path`: on a bpffs, and with names that it takes.
  ///
  /// @return the absolute path
  /// @throws NotMountedException where no bpffs is mounted there
  public static Path check(Path path) {
    var absolute = path.toAbsolutePath().normalize();
    var mounts = Mounts.read();
    var name = absolute.getFileName();
    if (name == null || !mounts.typeAt(real(absolute)).equals("bpf")) {
      throw mounts
          .pointOf("bpf")
          .<BpfException>map(point ->
              new BpfException(
                  absolute
                      + " is not on a bpffs, where pins must be\n  try: "
                      + (name == null ? "a path below " + point : point.resolve(name))))
          .orElseGet(() ->
              new NotMountedException(
                  "bpffs", "a pin at " + absolute, "mount -t bpf bpf " + USUAL));
    }
    if (name.toString().contains(".")) {
      throw new BpfException(
          absolute
              + " cannot be a pin: names in a bpffs have no dots\n  try: "
              + absolute.resolveSibling(name.toString().replace('.', '_')));
    }
    return absolute;
  }

  /// Whether a path, which must be absolute, is on a bpffs.
  public static boolean holds(Path absolute) {
    return Mounts.read().typeAt(real(absolute)).equals("bpf");
  }

  /// The path with the links in it followed, as far as it exists.
  private static Path real(Path path) {
    for (var existing = path; existing != null; existing = existing.getParent()) {
      if (Files.exists(existing)) {
        try {
          return existing.toRealPath().resolve(existing.relativize(path)).normalize();
        } catch (java.io.IOException e) {
          throw FileError.of(existing, "followed", e);
        }
      }
    }
    return path;
  }
}
