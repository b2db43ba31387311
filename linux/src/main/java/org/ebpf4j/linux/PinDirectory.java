package org.ebpf4j.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.ebpf4j.BpfObject;
import org.ebpf4j.LinkSet;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.host.Bpffs;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.object.ObjectSpec;

/// A directory in a bpffs that holds the pins of one object: `programs/NAME`, `maps/NAME` and
/// `links/NAME`, where dots in names become underscores, as a bpffs takes none. What is pinned
/// there lives on when the process is gone. Its functions may be called from any thread; two that
/// change one directory at once are for the caller to keep apart.
public final class PinDirectory {
  private final Path root;
  private final List<Path> made = new ArrayList<>();

  private PinDirectory(Path root) {
    this.root = root;
  }

  /// Pins everything there is of an object, and the links of its programs. Directories that are
  /// missing are made. If something cannot be pinned, nothing of it is left.
  ///
  /// @return the pins, in the order they were made
  /// @throws org.ebpf4j.error.NotMountedException where there is no bpffs
  /// @throws org.ebpf4j.error.KernelException where a path exists
  public static List<Path> pin(BpfObject object, LinkSet links, Path directory) {
    return pin(object, links, directory, _ -> {});
  }

  /// The same, with something that is done with the pins, such as to tell of them. If that fails,
  /// nothing of them is left either.
  ///
  /// @param then is given the pins, in the order they were made
  public static List<Path> pin(
      BpfObject object, LinkSet links, Path directory, Consumer<List<Path>> then) {
    var pins = new PinDirectory(Bpffs.check(directory));
    try {
      var pinned = pins.pinAll(object, links);
      then.accept(pinned);
      return pinned;
    } catch (RuntimeException | Error e) {
      pins.undo(e);
      throw e;
    }
  }

  /// Pins the link of each program, at `directory/NAME`, as [#pin(BpfObject, LinkSet, Path)] does.
  public static List<Path> pinLinks(LinkSet links, Path directory) {
    var pins = new PinDirectory(Bpffs.check(directory));
    try {
      var pinned = new ArrayList<Path>();
      for (var link : links.links()) {
        link.pin(pins.record(pinned, "", link.programName()));
      }
      return pinned;
    } catch (RuntimeException | Error e) {
      pins.undo(e);
      throw e;
    }
  }

  /// Checks, before anything is loaded, that an object can be pinned below a directory: that it is
  /// in a bpffs, may be written, and that none of the pins is there.
  ///
  /// @return where programs and maps, and then links, would be pinned
  /// @throws org.ebpf4j.error.NotMountedException where there is no bpffs
  /// @throws org.ebpf4j.error.PermissionException where the directory may not be written
  /// @throws org.ebpf4j.error.KernelException where a path exists
  public static List<Path> check(ObjectSpec spec, Path directory) {
    var free = new ArrayList<Path>();
    var links = new ArrayList<Path>();
    var pins = new PinDirectory(Bpffs.check(directory));
    checkWritable(pins.root);
    for (var program : spec.programs()) {
      if (program.autoload()) {
        free.add(
            checkFree("program '" + program.name() + "'", pins.path("programs", program.name())));
        links.add(
            checkFree("the link of '" + program.name() + "'", pins.path("links", program.name())));
      }
    }
    for (var map : spec.maps()) {
      free.add(checkFree("map '" + map.name() + "'", pins.path("maps", map.name())));
    }
    free.addAll(links);
    return free;
  }

  /// Checks, before anything is loaded, that something can be pinned at a path.
  ///
  /// @throws org.ebpf4j.error.NotMountedException where there is no bpffs
  /// @throws org.ebpf4j.error.PermissionException where the directory may not be written
  /// @throws org.ebpf4j.error.KernelException where the path exists
  public static void check(Path path) {
    var absolute = Bpffs.check(path);
    if (!Files.isDirectory(absolute)) {
      checkFree("a link", absolute);
    }
    checkWritable(absolute);
  }

  private static Path checkFree(String what, Path path) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new KernelException(
          "OBJ_PIN",
          Errno.EEXIST,
          what
              + " cannot be pinned at "
              + path
              + ": "
              + Pins.occupant(path)
              + "\n  try: unpin that first, or choose another path");
    }
    return path;
  }

  /// Looks at the nearest directory that is there: those below it are made in it.
  private static void checkWritable(Path path) {
    var existing = path;
    while (existing != null && !Files.isDirectory(existing)) {
      existing = existing.getParent();
    }
    if (existing != null && !Files.isWritable(existing)) {
      throw new PermissionException(
          "OBJ_PIN",
          Errno.EACCES,
          List.of(),
          "nothing can be pinned at "
              + path
              + ": "
              + existing
              + " may not be written by this user\n  try: give the directory to this user (chown), or run as root");
    }
  }

  private List<Path> pinAll(BpfObject object, LinkSet links) {
    var pinned = new ArrayList<Path>();
    for (var program : object.programs()) {
      program.pin(record(pinned, "programs", program.name()));
    }
    for (var map : object.maps()) {
      map.pin(record(pinned, "maps", map.name()));
    }
    for (var link : links.links()) {
      link.pin(record(pinned, "links", link.programName()));
    }
    return pinned;
  }

  /// The path of a pin that is about to be made. It is one of ours to undo only if nothing is there
  /// yet.
  private Path record(List<Path> pinned, String kind, String name) {
    var path = path(kind, name);
    makeDirectories(Objects.requireNonNull(path.getParent()));
    if (Files.notExists(path)) {
      made.add(path);
    }
    pinned.add(path);
    return path;
  }

  private Path path(String kind, String name) {
    return root.resolve(kind).resolve(name.replace('.', '_'));
  }

  private void makeDirectories(Path directory) {
    if (Files.isDirectory(directory)) {
      return;
    }
    var parent = directory.getParent();
    if (parent != null) {
      makeDirectories(parent);
    }
    try {
      Files.createDirectory(directory);
      made.add(directory);
    } catch (IOException e) {
      throw FileError.of("directory " + directory, "made", e);
    }
  }

  private void undo(Throwable failure) {
    for (var path : made.reversed()) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        failure.addSuppressed(FileError.of(path, "removed", e));
      }
    }
  }

  /// Removes pins: each path that is a pin, and, for a directory, the pins and directories in it
  /// and itself. What else holds the objects is untouched. Everything is looked at before anything
  /// is removed.
  ///
  /// @return the pins that were removed
  /// @throws BpfException where a path is missing, is not in a bpffs, or is the root of one
  public static List<Path> unpin(List<Path> paths) {
    var pins = new ArrayList<Path>();
    for (var path : doomed(paths)) {
      var isPin = !Files.isDirectory(path);
      try {
        if (Files.deleteIfExists(path) && isPin) {
          pins.add(path);
        }
      } catch (IOException e) {
        throw FileError.of(path, "removed", e);
      }
    }
    return pins;
  }

  /// The pins that [#unpin(List)] would remove.
  ///
  /// @throws BpfException where a path is missing, is not in a bpffs, or is the root of one
  public static List<Path> pinsAt(List<Path> paths) {
    return doomed(paths).stream().filter(path -> !Files.isDirectory(path)).toList();
  }

  private static List<Path> doomed(List<Path> paths) {
    var doomed = new ArrayList<Path>();
    for (var path : paths) {
      collect(checked(path), doomed);
    }
    return doomed;
  }

  private static Path checked(Path path) {
    var absolute = path.toAbsolutePath().normalize();
    var mounts = Mounts.read();
    if (!mounts.typeAt(absolute).equals("bpf")) {
      throw new BpfException(
          absolute
              + " is not in a bpffs (it is on "
              + mounts.typeAt(absolute).toLowerCase(Locale.ROOT)
              + "), and is left alone\n  try: ebpf4j pin list, which lists pins");
    }
    if (mounts.all().stream().anyMatch(m -> m.point().equals(absolute))) {
      throw new BpfException(
          absolute + " is a whole bpffs\n  try: name what is to go in it: " + absolute + "/NAME");
    }
    if (Files.notExists(absolute)) {
      throw NotFoundException.ofPath(
          "no pin at " + absolute + "\n  try: ebpf4j pin list, which lists them",
          absolute.toString());
    }
    return absolute;
  }

  /// A directory's contents come before itself.
  private static void collect(Path path, List<Path> doomed) {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.list(path)) {
        entries.sorted().forEach(entry -> collect(entry, doomed));
      } catch (IOException e) {
        throw FileError.of(path, "listed", e);
      }
    }
    if (!doomed.contains(path)) {
      doomed.add(path);
    }
  }
}
