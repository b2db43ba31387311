package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.reference.ObjectKey;

/// The open files of all processes as `/proc` has them, for where iterators cannot be had.
final class ProcFiles {
  private ProcFiles() {}

  /// The files that matter here: each descriptor, where those of one object that share an open file
  /// count as one.
  static List<OpenedFile> read() {
    var found = new ArrayList<OpenedFile>();
    var byKind = new HashMap<String, List<OpenedFile>>();
    for (var process : Processes.all()) {
      for (var thread : Processes.threads(process)) {
        // Where this cannot be compared, threads are taken to share the table, as nearly all do.
        if (!thread.equals(process) && FileIo.compareTables(process, thread) <= 0) {
          continue;
        }
        for (var number : Processes.descriptors(process, thread)) {
          add(new OpenedFile.Place(process, thread, number), found, byKind);
        }
      }
    }
    return found;
  }

  private static void add(
      OpenedFile.Place place, List<OpenedFile> found, Map<String, List<OpenedFile>> byKind) {
    var target = Processes.target(place.path());
    var kind = KernelView.kind(target);
    var key =
        kind.equals("anon_inode:btf") || kind.startsWith("anon_inode:bpf")
            ? object(place, kind).map(ObjectKey::toString).orElse("")
            : "";
    var same =
        key.isEmpty()
            ? new ArrayList<OpenedFile>()
            : byKind.computeIfAbsent(key, _ -> new ArrayList<>());
    for (var file : same) {
      var first = file.places.getFirst();
      if (FileIo.compareFiles(first.thread(), first.number(), place.thread(), place.number())
          == 0) {
        file.places.add(place);
        return;
      }
    }
    var file = new OpenedFile(0, 0, kind, filesystem(target, place));
    file.places.add(place);
    found.add(file);
    same.add(file);
  }

  private static long filesystem(String target, OpenedFile.Place place) {
    return target.startsWith("/") && !target.startsWith("/dev/")
        ? FileIo.filesystem(place.path())
        : 0;
  }

  /// The object that a descriptor stands for; empty where it is gone.
  static Optional<ObjectKey> object(OpenedFile.Place place, String kind) {
    var field =
        switch (kind) {
          case "anon_inode:bpf-prog" -> "prog_id:";
          case "anon_inode:bpf-map" -> "map_id:";
          case "anon_inode:bpf_link", "anon_inode:bpf-link" -> "link_id:";
          case "anon_inode:btf" -> "btf_id:";
          default -> "";
        };
    if (field.isEmpty()) {
      return Optional.empty();
    }
    return Processes.text(place.infoPath())
        .lines()
        .filter(l -> l.startsWith(field))
        .findFirst()
        .map(l -> Integer.parseInt(l.substring(field.length()).strip()))
        .map(id ->
            switch (field) {
              case "prog_id:" -> ObjectKey.program(id);
              case "map_id:" -> ObjectKey.map(id);
              case "link_id:" -> ObjectKey.link(id);
              default -> ObjectKey.types(id);
            });
  }
}
