package org.ebpf4j.cli.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.place.Target;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Places in section names that ebpf_exporter understands, and libbpf does not: `xdp/DEVICE`,
/// `perf_event/type=T,config=C,frequency=F`, whose numbers are those of `perf_event_attr`, and the
/// function of ebpf_exporter itself that is called when all programs are attached.
final class ForeignSections {
  private static final Pattern ITEM = Pattern.compile("(type|config|frequency)=(\\d{1,9})");

  private ForeignSections() {}

  /// The places that the sections of an object's programs name in these ways.
  static List<Target> of(ObjectSpec spec) {
    var targets = new ArrayList<Target>();
    for (var program : spec.programs()) {
      if (program.autoload() && (program.attachPoint().isEmpty() || isMark(program))) {
        place(program)
            .map(place -> Target.parse(program.name() + "=" + place))
            .ifPresent(targets::add);
      }
    }
    return targets;
  }

  private static boolean isMark(ProgramSpec program) {
    return program.section().equals(PostAttachMark.SECTION);
  }

  private static Optional<String> place(ProgramSpec program) {
    if (isMark(program)) {
      return Optional.of(PostAttachMark.place());
    }
    var section = program.section();
    var slash = section.indexOf('/');
    if (slash < 0 || slash == section.length() - 1) {
      return Optional.empty();
    }
    var rest = section.substring(slash + 1);
    var type = program.type();
    if (type.equals(Optional.of(ProgramType.PERF_EVENT))) {
      return perfEvent(rest);
    }
    return type.equals(Optional.of(ProgramType.XDP)) && section.startsWith("xdp/") && isDevice(rest)
        ? Optional.of("xdp:" + rest)
        : Optional.empty();
  }

  /// These are kinds of programs for maps of devices and CPUs.
  private static boolean isDevice(String name) {
    return !name.contains("/") && !name.equals("devmap") && !name.equals("cpumap");
  }

  private static Optional<String> perfEvent(String items) {
    var type = 0L;
    var config = 0L;
    var frequency = 0L;
    for (var item : items.split(",", -1)) {
      var match = ITEM.matcher(item);
      if (!match.matches()) {
        return Optional.empty();
      }
      var number = Long.parseLong(match.group(2));
      switch (match.group(1)) {
        case "type" -> type = number;
        case "config" -> config = number;
        default -> frequency = number;
      }
    }
    var wantedType = type;
    var wantedConfig = config;
    var wantedFrequency = frequency;
    return Arrays.stream(Counter.values())
        .filter(c -> c.type() == wantedType && c.config() == wantedConfig && wantedFrequency > 0)
        .findFirst()
        .map(c -> "perf_event:" + c.label() + ",freq=" + wantedFrequency);
  }
}
