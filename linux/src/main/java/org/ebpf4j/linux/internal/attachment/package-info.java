/// One attempt to attach a program, and what holds it on its hook: what every mechanism is given
/// and gives.
@NullMarked
package org.ebpf4j.linux.internal.attachment;

import org.jspecify.annotations.NullMarked;
