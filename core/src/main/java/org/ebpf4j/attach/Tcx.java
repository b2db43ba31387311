package org.ebpf4j.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The packets of a network device, after XDP and before the filters of traffic control on the way
/// in, after them on the way out. Several programs run one after the other, until one decides.
///
/// @param device the device's name in `netns`
/// @param type `TCX_INGRESS` or `TCX_EGRESS`
/// @param order where the program goes among the others
/// @param netns the network namespace of the device
public record Tcx(String device, AttachType type, Order order, Netns netns) implements AttachPoint {
  static final List<HookOption> OPTIONS = options();

  private static List<HookOption> options() {
    var options = new ArrayList<HookOption>();
    options.add(HookOption.word("ingress", "packets that arrive"));
    options.add(HookOption.word("egress", "packets that leave"));
    options.addAll(Order.OPTIONS);
    options.add(Netns.option());
    return List.copyOf(options);
  }

  /// @throws IllegalArgumentException for an empty name or another attach type
  public Tcx {
    PlaceText.check("a network device", device);
    if (type != AttachType.TCX_INGRESS && type != AttachType.TCX_EGRESS) {
      throw new IllegalArgumentException("tcx has ingress and egress; not " + type.label());
    }
  }

  /// Packets that a device receives.
  public static Tcx ingress(String device) {
    return new Tcx(device, AttachType.TCX_INGRESS, Order.DEFAULT, Netns.CURRENT);
  }

  /// Packets that a device sends.
  public static Tcx egress(String device) {
    return new Tcx(device, AttachType.TCX_EGRESS, Order.DEFAULT, Netns.CURRENT);
  }

  /// The same, in an order.
  public Tcx with(Order place) {
    return new Tcx(device, type, place, netns);
  }

  /// The same, in a network namespace.
  public Tcx in(Netns namespace) {
    return new Tcx(device, type, order, namespace);
  }

  /// A device. Without an option the program's own attach type says which way.
  ///
  /// @throws IllegalArgumentException for options that exclude each other
  public static Place parse(String device, PlaceOptions options) {
    PlaceText.check("a network device", device);
    var said =
        options
            .oneOf("ingress", "egress")
            .map(way -> way.equals("ingress") ? AttachType.TCX_INGRESS : AttachType.TCX_EGRESS);
    var order = Order.of(options);
    var netns = Netns.of(options);
    return surroundings ->
        new Tcx(
            device,
            said.or(surroundings::attachType)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say which way packets go\n  try: add ingress or egress, as"
                            + " in tcx:"
                            + device
                            + ",ingress")),
            order,
            netns);
  }

  @Override
  public String kind() {
    return "tcx";
  }

  private String way() {
    return type == AttachType.TCX_INGRESS ? "ingress" : "egress";
  }

  @Override
  public String place() {
    return PlaceText.name(device) + "," + way() + order.optionText() + netns.optionText();
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(type);
  }

  @Override
  public String describe() {
    return "tcx " + way() + " of " + device + order.optionText() + netns.inWords();
  }
}
