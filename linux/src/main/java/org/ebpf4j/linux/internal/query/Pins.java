package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.internal.host.Bpffs;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;

/// Pins: names in a bpffs, each of which holds a reference.
public final class Pins {
  /// The kinds of what can be pinned, as `fdinfo` spells them. Links come first: theirs names the
  /// program's id as well.
  private static final List<String> KINDS = List.of("link", "map", "prog");

  private static final String LIST = "\n  try: ebpf4j pin list, which lists pins and what they are";

  private Pins() {}

  /// Pins what `fd` refers to. `what` is its kind and name, for messages.
  public static void pin(String what, int fd, Path path) {
    var absolute = Bpffs.check(path);
    var errno = Bpf.pin(fd, absolute.toString());
    if (errno == Errno.EEXIST) {
      throw new KernelException(
          "OBJ_PIN",
          errno,
          what
              + " cannot be pinned at "
              + absolute
              + ": "
              + occupant(absolute)
              + "\n  try: unpin that first, or choose another path");
    }
    if (errno == Errno.ENOENT) {
      throw new KernelException(
          "OBJ_PIN",
          errno,
          what
              + " cannot be pinned at "
              + absolute
              + ": there is no directory "
              + absolute.getParent()
              + "\n  try: mkdir -p "
              + absolute.getParent());
    }
    if (errno != 0) {
      throw Refusal.of(what + " at " + absolute, "OBJ_PIN", errno, EnumSet.of(Capability.CAP_BPF));
    }
  }

  /// Makes the directory that a pin is to be in, where it is missing and lies in a bpffs.
  public static void makeDirectory(Path pin) {
    var directory = pin.toAbsolutePath().getParent();
    if (directory == null || Files.isDirectory(directory)) {
      return;
    }
    Bpffs.check(directory);
    try {
      Files.createDirectory(directory);
    } catch (java.nio.file.FileAlreadyExistsException _) {
      // Another process was quicker.
    } catch (IOException e) {
      throw FileError.of(directory, "made", e);
    }
  }

  /// Removes a pin.
  public static void unpin(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw FileError.of(path, "unpinned", e);
    }
  }

  /// What is at a path: `a map is there already (id 7)`.
  public static String occupant(Path path) {
    if (Files.isDirectory(path)) {
      return "a directory is there already";
    }
    var opened = Bpf.openPin(path.toString());
    if (!opened.ok()) {
      return "something is there already";
    }
    try (var fd = opened.fd()) {
      return describe(fd) + " is there already";
    }
  }

  private static String describe(Fd fd) {
    var kind = kind(fd);
    return kind.isEmpty()
        ? "another object"
        : "a " + label(kind) + " (id " + fdinfo(fd, kind + "_id") + ")";
  }

  /// What is pinned at a path.
  static PinInfo info(Path path, Fd fd) {
    var kind = kind(fd);
    var id = kind.isEmpty() ? "0" : fdinfo(fd, kind + "_id");
    return new PinInfo(path, kind, Integer.parseUnsignedInt(id));
  }

  private static String label(String kind) {
    return kind.equals("prog") ? "program" : kind;
  }

  /// One of [#KINDS], or an empty string for a kind that this library does not know.
  private static String kind(Fd fd) {
    return KINDS.stream().filter(k -> !fdinfo(fd, k + "_id").isEmpty()).findFirst().orElse("");
  }

  /// A field of `/proc/self/fdinfo`, or an empty string where the descriptor has none of that name.
  private static String fdinfo(Fd fd, String field) {
    try {
      var text =
          new String(
              Files.readAllBytes(Path.of("/proc/self/fdinfo/" + fd.number())),
              StandardCharsets.ISO_8859_1);
      return text.lines()
          .filter(l -> l.startsWith(field + ":"))
          .map(l -> l.substring(field.length() + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw FileError.of("/proc/self/fdinfo/" + fd.number(), "read", e);
    }
  }

  /// Opens what is pinned at a path, which must be of one kind: `prog`, `map` or `link`.
  public static Fd open(Path path, String kind) {
    var absolute = path.toAbsolutePath().normalize();
    var opened = Bpf.openPin(absolute.toString());
    if (!opened.ok()) {
      if (opened.errno() == Errno.ENOENT) {
        throw new KernelException("OBJ_GET", opened.errno(), "no pin at " + path + LIST);
      }
      if (opened.errno() == Errno.EACCES && Files.isDirectory(absolute)) {
        throw new BpfException(path + " is a directory, not a pin" + LIST);
      }
      if (opened.errno() == Errno.EACCES && !Bpffs.holds(absolute)) {
        throw new BpfException(path + " is no pin: it is not on a bpffs" + LIST);
      }
      throw Refusal.of(
          "the pin " + path, "OBJ_GET", opened.errno(), EnumSet.of(Capability.CAP_BPF));
    }
    var fd = opened.fd();
    try {
      if (!kind(fd).equals(kind)) {
        throw new BpfException(path + " is " + describe(fd) + ", not a " + label(kind) + LIST);
      }
      return fd;
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }
}
