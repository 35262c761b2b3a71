#!/bin/sh
echo draining
sleep 90
