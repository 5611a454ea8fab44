// What a user without a runtime would write: the plain Express app of every tutorial.

import { createServer } from 'node:http'
import express from 'express'
import { loadIris } from './iris.ts'
import { listenForParent } from './parent.ts'

const score = await loadIris()

const app = express()
app.use(express.json())
app.post('/score', async (request, response) => {
  response.json(await score(request.body))
})

listenForParent(createServer(app))
