package org.ebpf4j.linux.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What would free objects: steps, in the order in which they are to be done. What holds an object
/// is freed first.
///
/// @param steps all steps, of which one or the other may be for a process to do
public record ReleasePlan(List<ReleaseStep> steps) {
  /// Links that can be taken off their hook while somebody holds them.
  private static final Set<String> DETACHABLE =
      Set.of("xdp", "cgroup", "netns", "tcx", "netkit", "netfilter", "sockmap");

  public ReleasePlan {
    steps = List.copyOf(steps);
  }

  /// What would free objects.
  ///
  /// @param snapshot the references to all objects
  /// @param objects what is to be freed
  public static ReleasePlan of(ReferenceSnapshot snapshot, List<References> objects) {
    var making = new Making(snapshot);
    objects.forEach(references -> making.add(references, 0));
    return new ReleasePlan(making.steps);
  }

  /// Whether all of it can be done from outside, so that nothing remains for processes.
  public boolean isWhole() {
    return steps.stream()
        .noneMatch(
            s -> s.kind() == ReleaseStep.Kind.PROCESS || s.kind() == ReleaseStep.Kind.UNKNOWN);
  }

  /// The steps that can be done from outside.
  public List<ReleaseStep> actions() {
    return steps.stream().filter(s -> s.action().isPresent()).toList();
  }

  private static final class Making {
    private final ReferenceSnapshot snapshot;
    private final Set<ObjectKey> seen = new HashSet<>();
    private final Set<Object> planned = new HashSet<>();
    private final List<ReleaseStep> steps = new ArrayList<>();

    Making(ReferenceSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    void add(References references, int depth) {
      var object = references.object();
      if (!seen.add(object)) {
        return;
      }
      if (object.type() == ObjectType.LINK && DETACHABLE.contains(references.typeLabel())) {
        act(object, depth, new ReleaseAction.DetachLink(object.id(), references.typeLabel()));
      }
      references.found().forEach(reference -> add(object, depth, reference));
      var rest = references.unexplained().orElse(0);
      if (rest > 0) {
        leave(
            object,
            depth,
            ReleaseStep.Kind.UNKNOWN,
            rest + " more, of which it is not known who holds them");
        for (var suspect : references.suspects()) {
          leave(
              object, depth, ReleaseStep.Kind.UNKNOWN, "maybe " + suspect.text() + ": left alone");
        }
      }
    }

    private void add(ObjectKey object, int depth, Reference reference) {
      switch (reference) {
        case Reference.Pin pin -> {
          pin.paths().forEach(path -> act(object, depth, new ReleaseAction.RemovePin(path)));
          ends(object, depth, pin.holders());
        }
        case Reference.OpenFile file -> ends(object, depth, file.holders());
        case Reference.Through file -> ends(object, depth, file.holders());
        case Reference.OfLink link -> free(object, depth, ObjectKey.link(link.link()));
        case Reference.OfProgram user -> free(object, depth, ObjectKey.program(user.program()));
        case Reference.OfMap map -> free(object, depth, ObjectKey.map(map.map()));
        case Reference.Xdp xdp when xdp.link() != 0 ->
            free(object, depth, ObjectKey.link(xdp.link()));
        case Reference.Xdp xdp -> act(object, depth, new ReleaseAction.DetachXdp(xdp));
        case Reference.Slot slot when slot.kind().equals("struct_ops") ->
            free(object, depth, ObjectKey.map(slot.map()));
        case Reference.Slot slot -> act(object, depth, new ReleaseAction.RemoveEntry(slot));
        case Reference.Sockmap hook -> act(object, depth, new ReleaseAction.DetachSockmap(hook));
        case Reference.Filter filter -> act(object, depth, new ReleaseAction.RemoveFilter(filter));
        case Reference.NetworkHook hook ->
            act(object, depth, new ReleaseAction.DetachNetwork(hook));
        case Reference.Route route -> act(object, depth, new ReleaseAction.RemoveRoute(route));
        case Reference.Cgroup hook -> act(object, depth, new ReleaseAction.DetachCgroup(hook));
        case Reference.Kernel kernel when kernel.release().isEmpty() ->
            leave(
                object,
                depth,
                ReleaseStep.Kind.ITSELF,
                kernel.text() + ": lets go when nothing else holds it");
        case Reference.Kernel _ when object.type() == ObjectType.MAP ->
            act(object, depth, new ReleaseAction.Unregister(object.id()));
        case Reference.Kernel kernel ->
            leave(object, depth, ReleaseStep.Kind.UNKNOWN, kernel.release());
      }
    }

    private void act(ObjectKey object, int depth, ReleaseAction action) {
      if (planned.add(List.of(object, action))) {
        steps.add(ReleaseStep.of(object, depth, action));
      }
    }

    private void leave(ObjectKey object, int depth, ReleaseStep.Kind kind, String text) {
      steps.add(ReleaseStep.of(object, depth, kind, text));
    }

    private void ends(ObjectKey object, int depth, List<FileHolder> holders) {
      holders.forEach(h -> leave(object, depth, ReleaseStep.Kind.PROCESS, h.release()));
    }

    /// A holder of several references ends all of them.
    private void free(ObjectKey object, int depth, ObjectKey holder) {
      if (!planned.add(List.of(object, holder))) {
        return;
      }
      var deeper = snapshot.of(holder);
      var known = deeper.isPresent() && !seen.contains(holder);
      leave(object, depth, ReleaseStep.Kind.FREE, "free " + holder + (known ? ":" : " (as above)"));
      if (known) {
        add(deeper.get(), depth + 1);
      }
    }
  }
}
