package org.ebpf4j.cli.reference;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.References;

/// References as people and programs read them.
final class ReferenceText {
  private ReferenceText() {}

  /// An object in a few words: `prog 42 (count_exec), tracepoint`.
  static String object(References references) {
    return references.object()
        + (references.name().isEmpty() ? "" : " (" + references.name() + ")")
        + (references.typeLabel().isEmpty() ? "" : ", " + references.typeLabel());
  }

  /// The sum, and below it a line for each reference.
  static void print(PrintWriter out, References references) {
    out.println(SafeText.line(object(references) + ": " + references.sum()));
    for (var reference : references.found()) {
      var line =
          (reference.count() <= 1 ? "  " : "  " + reference.count() + " by ")
              + reference.text()
              + where(reference);
      out.println(SafeText.line(line));
    }
    if (references.found().isEmpty() && references.counter().isEmpty()) {
      out.println("  nothing was found that holds it");
    }
    if (!references.suspects().isEmpty()) {
      out.println("  the rest may be held by:");
      references.suspects().forEach(s -> out.println(SafeText.line("    " + s.text())));
    }
    if (references.typeLabel().equals("prog_array") && references.userCounter().isPresent()) {
      var users = references.userCounter().getAsLong();
      out.println(
          users == 0
              ? "  no descriptor, pin or link holds it, so that it has no entries"
              : "  its entries go when the last of "
                  + users
                  + " descriptor"
                  + (users == 1 ? ", pin or link" : "s, pins and links")
                  + " goes");
    }
  }

  /// The cgroups or containers of processes that hold something.
  private static String where(Reference reference) {
    var places =
        switch (reference) {
          case Reference.OpenFile file -> file.holders();
          case Reference.Through file -> file.holders();
          case Reference.Pin pin -> pin.holders();
          default -> java.util.List.<FileHolder>of();
        };
    var text =
        places.stream()
            .map(h -> h instanceof FileHolder.Descriptor d ? where(d) : "")
            .filter(t -> !t.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static String where(FileHolder.Descriptor descriptor) {
    return !descriptor.container().isEmpty()
        ? "container " + descriptor.container()
        : descriptor.cgroup().length() <= 1 ? "" : descriptor.cgroup();
  }

  /// The fields of an object.
  static void json(Json.Fields json, References references) {
    json.put("object", references.object().type().label())
        .put("id", Integer.toUnsignedLong(references.object().id()))
        .put("name", references.name())
        .put("type", references.typeLabel().isEmpty() ? null : references.typeLabel())
        .putOptional("refcount", references.counter())
        .putOptional("usercount", references.userCounter())
        .put("explained", references.explained())
        .putOptional("unexplained", references.unexplained())
        .put("verdict", references.verdict().name().toLowerCase(java.util.Locale.ROOT))
        .put("changed", references.changed())
        .putObjects("references", references.found(), ReferenceText::json)
        .putObjects(
            "suspects",
            references.suspects(),
            (fields, s) -> fields.put("kind", s.kind()).put("text", s.text()));
  }

  private static void json(Json.Fields json, Reference reference) {
    json.put("kind", reference.kind())
        .put("count", reference.count())
        .put("text", reference.text());
    switch (reference) {
      case Reference.OpenFile file ->
          json.putObjects("holders", file.holders(), ReferenceText::json);
      case Reference.Through file ->
          json.putObjects("holders", file.holders(), ReferenceText::json);
      case Reference.Pin pin ->
          json.putStrings("paths", pin.paths())
              .put("other_mount_namespace", pin.elsewhere())
              .putObjects("holders", pin.holders(), ReferenceText::json);
      case Reference.OfLink link -> json.put("link_id", Integer.toUnsignedLong(link.link()));
      case Reference.OfProgram program ->
          json.put("prog_id", Integer.toUnsignedLong(program.program()));
      case Reference.OfMap map -> json.put("map_id", Integer.toUnsignedLong(map.map()));
      case Reference.Slot slot ->
          json.put("map_id", Integer.toUnsignedLong(slot.map())).put("key", slot.key());
      case Reference.Sockmap sockmap ->
          json.put("map_id", Integer.toUnsignedLong(sockmap.map()))
              .put("attach_type", sockmap.attachType());
      case Reference.Xdp xdp -> place(json, xdp.place()).put("mode", xdp.mode());
      case Reference.Filter filter ->
          place(json, filter.place())
              .put("parent", filter.parent())
              .put("priority", filter.priority())
              .put("handle", Integer.toUnsignedLong(filter.handle()));
      case Reference.NetworkHook hook ->
          place(json, hook.place()).put("attach_type", hook.attachType());
      case Reference.Route route ->
          place(json, route.place())
              .put("prefix", route.prefix())
              .put("gateway", route.gateway().isEmpty() ? null : route.gateway())
              .put("table", route.table())
              .put("metric", route.metric())
              .put("program_name", route.name())
              .put("attach_type", route.hook());
      case Reference.Cgroup cgroup ->
          json.put("cgroup", cgroup.path()).put("attach_type", cgroup.attachType());
      case Reference.Kernel _ -> {
        // The text says it.
      }
    }
  }

  private static Json.Fields place(
      Json.Fields json, org.ebpf4j.linux.reference.NetworkPlace place) {
    return json.put("netns", place.namespace())
        .put("netns_path", place.path())
        .put("device", place.device().isEmpty() ? null : place.device())
        .put("ifindex", place.index());
  }

  private static void json(Json.Fields json, FileHolder holder) {
    switch (holder) {
      case FileHolder.Descriptor d ->
          json.put("by", "fd")
              .put("pid", d.process())
              .put("tid", d.thread())
              .put("fd", d.number())
              .put("command", d.command())
              .put("cgroup", d.cgroup());
      case FileHolder.MappedMemory m ->
          json.put("by", "mmap")
              .put("pid", m.process())
              .put("address", m.address())
              .put("command", m.command());
      case FileHolder.InFlight f ->
          json.put("by", "in_flight").putObjects("sockets", f.sockets(), ReferenceText::json);
      case FileHolder.RegisteredFile f ->
          json.put("by", "io_uring")
              .put("slot", f.slot())
              .putObjects("rings", f.rings(), ReferenceText::json);
    }
  }
}
