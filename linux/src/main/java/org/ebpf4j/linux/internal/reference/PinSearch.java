package org.ebpf4j.linux.internal.reference;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Pins: in each bpffs that is mounted in some mount namespace, or that is mounted nowhere any more
/// and has a directory open; and pins that have no name any more and are open.
final class PinSearch {
  private static final long BPFFS = 0xcafe4a11L;

  /// A file of a bpffs.
  private static final class Inode {
    final ObjectKey object;
    final List<String> paths = new ArrayList<>();
    final List<FileHolder> holders = new ArrayList<>();
    boolean own;

    Inode(ObjectKey object) {
      this.object = object;
    }
  }

  /// A bpffs, mounted: the directory of it that is mounted, where, and whether in the mount
  /// namespace of this process.
  private record Mount(String root, String path, boolean own) {}

  private final Processes processes;
  private final Found found;
  private final Map<String, Inode> inodes = new LinkedHashMap<>();
  private final Set<Object> walked = new HashSet<>();

  private PinSearch(Processes processes, Found found) {
    this.processes = processes;
    this.found = found;
  }

  static void find(List<OpenedFile> files, Namespaces machine, Processes processes, Found found) {
    var search = new PinSearch(processes, found);
    search.mounted(machine);
    search.open(files);
    for (var inode : search.inodes.values()) {
      found.add(
          inode.object,
          new Reference.Pin(inode.paths, !inode.paths.isEmpty() && !inode.own, inode.holders));
    }
  }

  private void mounted(Namespaces machine) {
    var byDevice = new LinkedHashMap<String, List<Mount>>();
    for (var mounts : machine.mounts()) {
      for (var line : mounts.lines()) {
        var separator = line.indexOf(" - ");
        if (separator > 0 && line.startsWith("bpf ", separator + 3)) {
          var fields = line.split(" ", 6);
          byDevice
              .computeIfAbsent(fields[2], _ -> new ArrayList<>())
              .add(
                  new Mount(
                      fields[3], mounts.prefix() + unescape(fields[4]), mounts.prefix().isEmpty()));
        }
      }
    }
    for (var mounts : byDevice.values()) {
      // One that shows all of it is enough; ours come first.
      var whole = mounts.stream().filter(m -> m.root.equals("/")).findFirst();
      for (var mount : whole.map(List::of).orElse(mounts)) {
        walk(Path.of(mount.path), mount.path, mount.own);
      }
    }
  }

  /// Spaces and the like stand as three octal digits.
  private static String unescape(String text) {
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  private void walk(Path directory, String shown, boolean own) {
    var device = attribute(directory, "unix:dev");
    if (device.isPresent()) {
      walked.add(device.get());
    }
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        var path = shown + "/" + entry.getFileName();
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          walk(entry, path, own);
        } else {
          inode(entry, LinkOption.NOFOLLOW_LINKS)
              .ifPresent(inode -> {
                inode.paths.add(path);
                inode.own |= own;
              });
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      found.note("the pins in " + shown + " cannot be read: " + e.getMessage());
    }
  }

  /// Directories of a bpffs that is mounted nowhere, and pins by descriptors.
  private void open(List<OpenedFile> files) {
    for (var file : files) {
      if (file.filesystem != BPFFS || file.places.isEmpty()) {
        continue;
      }
      var path = file.places.getFirst().path();
      if (Files.isDirectory(Path.of(path))) {
        var device = attribute(Path.of(path), "unix:dev");
        if (device.isPresent() && !walked.contains(device.get())) {
          walk(Path.of(path), path, false);
        }
      }
    }
    for (var file : files) {
      if (file.filesystem == BPFFS && !file.places.isEmpty()) {
        var path = Path.of(file.places.getFirst().path());
        if (Files.isRegularFile(path)) {
          inode(path).ifPresent(inode -> inode.holders.addAll(file.holders(processes)));
        }
      }
    }
  }

  private Optional<Inode> inode(Path path, LinkOption... options) {
    var attributes = new HashMap<String, Object>();
    try {
      attributes.putAll(Files.readAttributes(path, "unix:dev,ino", options));
    } catch (IOException _) {
      return Optional.empty();
    }
    var identity = attributes.get("dev") + ":" + attributes.get("ino");
    if (!inodes.containsKey(identity)) {
      object(path).ifPresent(object -> inodes.put(identity, new Inode(object)));
    }
    return Optional.ofNullable(inodes.get(identity));
  }

  /// What is pinned at a path.
  private static Optional<ObjectKey> object(Path path) {
    var opened = Bpf.openPin(path.toString());
    if (!opened.ok()) {
      return Optional.empty();
    }
    try (var fd = opened.fd()) {
      var kind = Processes.target("/proc/self/fd/" + fd.number());
      var info = new byte[8];
      if (Bpf.info(fd.number(), info, 0, 0, new int[0]) != 0) {
        return Optional.empty();
      }
      var id = java.nio.ByteBuffer.wrap(info).order(java.nio.ByteOrder.nativeOrder()).getInt(4);
      return switch (kind) {
        case "anon_inode:bpf-prog" -> Optional.of(ObjectKey.program(id));
        case "anon_inode:bpf-map" -> Optional.of(ObjectKey.map(id));
        case "anon_inode:bpf_link", "anon_inode:bpf-link" -> Optional.of(ObjectKey.link(id));
        default -> Optional.empty();
      };
    }
  }

  private static Optional<Object> attribute(Path path, String name) {
    try {
      return Optional.of(Files.getAttribute(path, name));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
