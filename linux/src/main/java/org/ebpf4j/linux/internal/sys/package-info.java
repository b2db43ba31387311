/// System calls: the only package with native calls. Results below zero are error numbers, negated;
/// nothing here throws them.
@NullMarked
package org.ebpf4j.linux.internal.sys;

import org.jspecify.annotations.NullMarked;
