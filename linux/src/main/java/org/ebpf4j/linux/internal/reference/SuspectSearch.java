package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Suspect;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// What may hold an object that is not explained. What the kernel's memory has told for certain is
/// no suspect.
final class SuspectSearch {
  private static final Pattern IN_FLIGHT = Pattern.compile("(?m)^scm_fds:\\s*[1-9]");

  private final LivingObjects inventory;
  private final List<OpenedFile> files;
  private final Set<Told> told;
  private final Processes processes;

  /// What the kernel's memory tells for certain.
  enum Told {
    MESSAGES,
    RINGS,
    MAPPINGS,
    SOCKETS,
    TUNS
  }

  /// Found once, when first wanted.
  private @Nullable List<Suspect> messages;

  private @Nullable List<Suspect> mappings;
  private @Nullable List<OpenedFile> rings;

  /// @param told what was looked at in the kernel's memory
  SuspectSearch(
      LivingObjects inventory, List<OpenedFile> files, Set<Told> told, Processes processes) {
    this.inventory = inventory;
    this.files = files;
    this.told = told;
    this.processes = processes;
  }

  List<Suspect> of(ObjectKey object) {
    var suspects = new ArrayList<Suspect>();
    if (!told.contains(Told.MESSAGES)) {
      if (messages == null) {
        messages = messages();
      }
      suspects.addAll(messages);
    }
    if (!told.contains(Told.RINGS)) {
      rings(object, suspects);
    }
    if (!told.contains(Told.MAPPINGS) && object.type() == ObjectType.MAP) {
      if (mappings == null) {
        mappings = mappings();
      }
      suspects.addAll(mappings);
    }
    var map = object.type() == ObjectType.MAP ? inventory.maps().get(object.id()) : null;
    if (map != null && map.mapType().filter(t -> t == MapType.PROG_ARRAY).isPresent()) {
      suspects.add(
          new Suspect(
              "lost",
              "nobody: the kernel loses a reference where an array of programs that no process has"
                  + " open is opened and closed twice in a moment, as lists of maps do"));
    }
    var program =
        object.type() == ObjectType.PROGRAM ? inventory.programs().get(object.id()) : null;
    if (program != null) {
      program(program, suspects);
    }
    return suspects;
  }

  private void program(LivingObjects.Program program, List<Suspect> suspects) {
    if (!told.contains(Told.SOCKETS)
        && program.is(ProgramType.SOCKET_FILTER, ProgramType.SK_REUSEPORT)) {
      suspects.add(
          new Suspect(
              "socket", "a socket that it is the filter of; that is seen with CAP_PERFMON only"));
    }
    if (!told.contains(Told.TUNS) && program.is(ProgramType.SOCKET_FILTER)) {
      for (var file : files) {
        if (file.kind.equals("/dev/net/tun")) {
          suspects.add(
              new Suspect(
                  "tun", "tun device, " + processes.descriptor(file.places.getFirst()).text()));
        }
      }
    }
    if (program.is(ProgramType.SOCKET_FILTER)) {
      suspects.add(
          new Suspect(
              "socket",
              "a packet socket's fanout, a rule of iptables with -m bpf, or a socket that waits to"
                  + " be accepted"));
    }
    if (!told.contains(Told.SOCKETS) && program.is(ProgramType.SK_SKB, ProgramType.SK_MSG)) {
      suspects.add(
          new Suspect("sockmap", "a map of sockets, which says so since 5.16, or a socket in one"));
    }
    if (program.is(ProgramType.XDP)) {
      suspects.add(
          new Suspect("driver", "the driver of its device, which may hold it once for each queue"));
    }
    if (!program.maps().isEmpty()) {
      suspects.add(new Suspect("timer", "a timer or a work queue in one of its maps"));
    }
  }

  private List<Suspect> messages() {
    var found = new ArrayList<Suspect>();
    for (var file : files) {
      var place = file.places.isEmpty() ? null : file.places.getFirst();
      if (place != null
          && file.kind.equals("socket")
          && IN_FLIGHT.matcher(Processes.text(place.infoPath())).find()) {
        found.add(
            new Suspect(
                "in_flight",
                "a descriptor in a message that waits at a unix socket, "
                    + processes.descriptor(place).text()));
      }
    }
    return found;
  }

  /// What a ring says of its files is their names, as `anon_inode:bpf-prog`.
  private void rings(ObjectKey object, List<Suspect> suspects) {
    if (rings == null) {
      rings = files.stream().filter(f -> f.kind.equals("anon_inode:[io_uring]")).toList();
    }
    var name =
        switch (object.type()) {
          case PROGRAM -> "anon_inode:bpf-prog";
          case MAP -> "anon_inode:bpf-map";
          case LINK -> "anon_inode:bpf";
          case TYPES -> "anon_inode:btf";
        };
    for (var ring : rings) {
      var place = ring.places.getFirst();
      if (Processes.text(place.infoPath()).contains(name)) {
        suspects.add(
            new Suspect(
                "io_uring",
                "a file registered with an io_uring, " + processes.descriptor(place).text()));
      }
    }
  }

  private List<Suspect> mappings() {
    var found = new ArrayList<Suspect>();
    for (var process : Processes.all()) {
      Processes.text("/proc/" + process + "/maps")
          .lines()
          .filter(l -> l.endsWith("anon_inode:bpf-map"))
          .map(l ->
              new Suspect(
                  "mmap",
                  "memory mapped at 0x"
                      + l.substring(0, l.indexOf('-'))
                      + " of "
                      + processes.command(process)
                      + "["
                      + process
                      + "]"))
          .forEach(found::add);
    }
    return found;
  }
}
